using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

/// <summary>A power cut at any moment, with any legal part of the unflushed writes on the disk, breaks no promise.</summary>
public sealed class CrashStateTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private int _state;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_crash_state_of_a_job_s_life_breaks_a_promise()
    {
        var calls = await RecordAsync();

        var (states, broken) = await CheckAsync(calls);

        TestContext.Current.TestOutputHelper!.WriteLine($"{calls.Count} calls, {states} crash states");
        broken.ShouldBeEmpty();
        states.ShouldBeGreaterThan(50);
    }

    /// <summary>A check that never failed proves nothing: the same run without some of its flushes must break promises.</summary>
    [Theory]
    [InlineData("no flush at all")]
    [InlineData("no flush of directories")]
    [InlineData("no flush of files before they are renamed")]
    [InlineData("no flush of the journal's appends")]
    public async Task Without_some_of_its_flushes_the_same_run_breaks_promises(string dropped)
    {
        var calls = await RecordAsync();
        var directories = calls.Where(c => c.Name.StartsWith("mkdir", StringComparison.Ordinal)).Select(c =>
            c.Path).Append("").Append("fix-login").ToHashSet();
        var without = calls.Where(c => !(c.Name is "fsync" or "fdatasync" && dropped switch
        {
            "no flush of directories" => directories.Contains(c.Path),
            "no flush of files before they are renamed" =>
                !directories.Contains(c.Path) && !c.Path.EndsWith("history.jsonl", StringComparison.Ordinal),
            "no flush of the journal's appends" => c.Path == "fix-login/history.jsonl",
            _ => true,
        })).ToList();
        without.Count.ShouldBeLessThan(calls.Count);

        var (states, broken) = await CheckAsync(without, enough: 3);

        TestContext.Current.TestOutputHelper!.WriteLine($"{states} crash states, e.g. {(broken.Count > 0 ? broken[0] : "none")}");
        broken.ShouldNotBeEmpty();
    }

    private async Task<List<SystemCall>> RecordAsync()
    {
        var jobs = Directory.CreateDirectory(Path.Combine(_folder.Path, "recorded")).FullName;
        var calls = await SystemCalls.RecordAsync(jobs, Ct);
        calls.Count(c => c.Name == "ack").ShouldBe(7);
        return calls;
    }

    private async Task<(int States, List<string> Broken)> CheckAsync(List<SystemCall> calls, int enough = int.MaxValue)
    {
        var broken = new List<string>();
        var states = 0;
        foreach (var state in CrashStates.Of(calls))
        {
            var root = Path.Combine(_folder.Path, $"{_state++}");
            state.Materialise(root);
            broken.AddRange((await StoreInvariants.CheckAsync(root, state.Acknowledged)).Select(b =>
                $"after {state.Acknowledged.Count} acknowledgements: {b}"));
            Directory.Delete(root, recursive: true);
            states++;
            if (broken.Count >= enough)
            {
                break;
            }
        }

        return (states, broken);
    }
}
