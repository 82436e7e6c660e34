using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

public sealed class ReadersTests : IDisposable
{
    private static readonly string[] Readers = ["status", "history", "logs", "inspect", "preview", "diff"];

    private readonly Place _place = new();

    public ReadersTests() => _place.Repository();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("never run")]
    [InlineData("finished")]
    [InlineData("failed")]
    [InlineData("killed")]
    public async Task Reading_changes_no_file(string job)
    {
        var gate = _place.Gate();
        await _place.CreateAsync($$"""
            steps:
              one: { run: "{{_place.Launch}}; echo printed; echo 1 > one.txt" }
              two: { needs: [one], run: "{{_place.Launch}}; {{(job == "failed" ? "exit 3" : job == "killed" ? gate.Wait : "true")}}" }
            """);
        if (job == "killed")
        {
            var run = _place.StartRun();
            await run.UntilAsync(() => _place.Launched().Count == 2, "step two runs");
            await run.KillAsync();
        }
        else if (job != "never run")
        {
            (await _place.FinishAsync()).Code.ShouldBe(job == "failed" ? 3 : 0);
            await Soon.Async(() => _place.HostPid() == 0, "the host ends");
        }

        var before = TempRepo.Fingerprint(Path.Combine(_place.Home, "jobs"), withTimes: true);
        foreach (var reader in Readers)
        {
            foreach (var format in new string[][] { [], ["--json"] })
            {
                var result = await _place.RunAsync(["job", reader, _place.Job, .. format]);
                result.ShouldHaveNoStackTrace();
                TempRepo.Fingerprint(Path.Combine(_place.Home, "jobs"), withTimes: true).ShouldBe(before, $"{reader} of a {job} job");
            }
        }

        (await _place.RunAsync("job", "list")).ShouldExit(0).Out.ShouldContain(_place.Job);
        (await _place.RunAsync("job", "step", _place.Job, "--dry-run")).ShouldHaveNoStackTrace();
        TempRepo.Fingerprint(Path.Combine(_place.Home, "jobs"), withTimes: true).ShouldBe(before, $"list and dry run of a {job} job");
    }
}
