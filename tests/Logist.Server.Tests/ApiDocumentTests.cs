using Logist.Testing;

namespace Logist.Server.Tests;

/// <summary>The API's description in docs/ is the one that the server gives; the page's types are made of it.</summary>
public sealed class ApiDocumentTests
{
    [Fact]
    public async Task The_description_in_docs_is_that_of_the_server()
    {
        await using var server = await ServerInTest.StartAsync();
        var described = await server.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);

        var committed = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "openapi.json"),
            TestContext.Current.CancellationToken);

        described.TrimEnd().ShouldBe(committed.TrimEnd(), "make it anew: ./logist __docs openapi > docs/openapi.json");
    }
}
