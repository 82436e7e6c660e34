using Logist.Core;

namespace Logist.Server.Tests;

/// <summary>What a server keeps, and what its answers carry.</summary>
internal static class HomeInTest
{
    /// <summary>Every file and directory of the home, with the time of its last change and its length.</summary>
    public static List<string> HomeAsItIs(this ServerInTest server) =>
        [.. new DirectoryInfo(server.Home).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(entry => $"{entry.FullName} {entry.LastWriteTimeUtc:O} {(entry as FileInfo)?.Length}").Order(StringComparer.Ordinal)];

    /// <summary>Until the server has taken notice of a job.</summary>
    public static Task AwaitFeedAsync(this ServerInTest server, JobId job) => ServerInTest.UntilAsync(async () =>
        (await File.ReadAllTextAsync(Path.Combine(server.JobsDirectory, "feed.log"))).Contains($"\n{job} ", StringComparison.Ordinal),
        $"{job} is not in the feed");

    public static void ShouldHaveSecurityHeaders(this RawAnswer answer, string of)
    {
        var policy = answer.Header("Content-Security-Policy").ShouldNotBeNull($"{of}\n{answer}");
        policy.ShouldStartWith("default-src 'none'; script-src 'self'; ");
        policy.ShouldContain("frame-ancestors 'none'");
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff", of);
        answer.Header("Referrer-Policy").ShouldBe("no-referrer", of);
        answer.Header("Cross-Origin-Opener-Policy").ShouldBe("same-origin", of);
        answer.Header("Cross-Origin-Resource-Policy").ShouldBe("same-origin", of);
        answer.Header("Server").ShouldBeNull(of);
    }
}
