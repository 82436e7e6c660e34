namespace Logist.Tests.Cli;

public sealed class AuditListTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task What_people_asked_for_is_listed_with_who_and_why()
    {
        await ExpectAsync(0);
        _run.Out.ShouldBe("nobody asked for anything\n");
        var file = Path.Combine(_run.Root, "two.yaml");
        await File.WriteAllTextAsync(file, """
            version: 1
            name: two
            steps:
              one: { workspace: none, run: exit 1 }
            """, TestContext.Current.CancellationToken);
        (await _run.RunAsync("job", "create", file)).ShouldBe(0, _run.Err);
        (await _run.RunAsync("job", "run", "two", "-q")).ShouldBe(3, _run.Err);
        (await _run.RunAsync("job", "rerun", "two", "--failed", "--reason", "disk fixed", "--by", "operator", "-q")).ShouldBe(3, _run.Err);

        await ExpectAsync(0, "--json");
        var document = _run.Json(_run.Out);
        document.GetProperty("schema").GetString().ShouldBe("logist.audit/v1");
        var items = document.GetProperty("items").EnumerateArray().ToList();
        items.Select(item => item.GetProperty("action").GetString()).ShouldBe(["workflow_run.partial_rerun_requested", "job.created"]);
        (items[0].GetProperty("actor").GetString(), items[0].GetProperty("reason").GetString(), items[0].GetProperty("run_id").GetString())
            .ShouldBe(("operator", "disk fixed", "two.1"));
        items[0].GetProperty("plan_hash").GetString()!.ShouldStartWith("sha256:");

        await ExpectAsync(0, "--limit", "1");
        _run.Out.ShouldContain("operator");
        _run.Out.ShouldNotContain("created");
        await ExpectAsync(0, "--since", "1h", "--json");
        _run.Json(_run.Out).GetProperty("items").GetArrayLength().ShouldBe(2);
        await ExpectAsync(0, "--since", "2999-01-01");
        _run.Out.ShouldBe("nobody asked for anything\n");
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-13-01")]
    [InlineData("")]
    public async Task A_time_that_is_none_is_refused(string since)
    {
        await ExpectAsync(2, "--since", since);
        _run.Err.ShouldContain("--since takes a");
    }

    private async Task ExpectAsync(int code, params string[] options) =>
        (await _run.RunAsync(["audit", "list", .. options])).ShouldBe(code, _run.Out + _run.Err);
}
