using Logist.Core;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Tests;

/// <summary>A route as the running server has it: a new one is tried by every test of access without being named anywhere.</summary>
internal sealed record ServerRoute(string Method, string Pattern, bool TakesBody)
{
    public bool IsUnsafe => Method != "GET";

    public bool HasId => Pattern.Contains("{job}", StringComparison.Ordinal) || Pattern.Contains("{run}", StringComparison.Ordinal)
        || Pattern.Contains("{task}", StringComparison.Ordinal) || Pattern.Contains("{attempt}", StringComparison.Ordinal);

    /// <summary>What a page may ask before it is signed in.</summary>
    public bool IsSignIn => Method == "POST" && Pattern == "/session";

    public static IReadOnlyList<ServerRoute> Of(ApiServer server)
    {
        List<ServerRoute> routes = [.. server.Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
            endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(method =>
                new ServerRoute(method, endpoint.RoutePattern.RawText!, endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null)))];
        routes.Count.ShouldBeGreaterThan(20);
        return routes;
    }

    public string For(JobId job) => With(job.Value, $"{job}.1", $"{job}.1.one", $"{job}.1.one.1");

    public string With(string id) => With(id, id, id, id);

    private string With(string job, string run, string task, string attempt)
    {
        var path = Pattern.Replace("{job}", job, StringComparison.Ordinal).Replace("{run}", run, StringComparison.Ordinal)
            .Replace("{task}", task, StringComparison.Ordinal).Replace("{attempt}", attempt, StringComparison.Ordinal)
            .Replace("{documentName}", "v1", StringComparison.Ordinal);
        path.ShouldNotContain("{", Case.Sensitive, "say what this parameter of a route is replaced by");
        return path;
    }
}
