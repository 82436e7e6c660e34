using Logist.EndToEnd.Tests.Support;

namespace Logist.EndToEnd.Tests;

/// <summary>However an attempt is ended, and however its processes try to get away: when the command returns, none is left.</summary>
public sealed class ProcessTreeTests : IDisposable
{
    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("cancel")]
    [InlineData("cancel without a run")]
    [InlineData("cancel without run and host")]
    [InlineData("timeout")]
    [InlineData("Ctrl-C")]
    [InlineData("suspend --now")]
    [InlineData("the leader ends")]
    public async Task No_process_of_an_attempt_is_left_behind(string end)
    {
        await CreateAsync(end);
        var run = _place.StartRun();
        await Soon.Async(() => LiveProcesses.With(_place.Token).Count(pid =>
            LiveProcesses.Arguments(pid).StartsWith("sleep", StringComparison.Ordinal))
            >= (end == "cancel without run and host" ? 8 : 9), "all the escapes live");
        var leader = int.Parse(await File.ReadAllTextAsync(_place.PathOf("leader"), TestContext.Current.CancellationToken),
            System.Globalization.CultureInfo.InvariantCulture);

        var (code, status) = await EndAsync(end, run, leader);

        LiveProcesses.With(_place.Token).ShouldBeEmpty();
        LiveProcesses.IsAlive(leader).ShouldBeFalse();
        (await run.EndAsync()).Code.ShouldBe(code);
        _place.ManifestStatus().ShouldBe(status);
        await Soon.Async(() => _place.HostPid() == 0, "the host ends by itself");
    }

    private async Task<(int Code, string Status)> EndAsync(string how, CliProcess run, int leader)
    {
        switch (how)
        {
            case "timeout":
                await run.EndAsync();
                return (3, "INTERVENTION_REQUIRED");
            case "Ctrl-C":
                run.Signal(LiveProcesses.SIGINT);
                await run.EndAsync();
                return (130, "PENDING");
            case "the leader ends":
                LiveProcesses.Signal(leader, LiveProcesses.SIGKILL);
                await run.EndAsync();
                return (3, "INTERVENTION_REQUIRED");
            case "suspend --now":
                (await _place.RunAsync("job", "suspend", _place.Job, "--now")).ShouldExit(0);
                await run.EndAsync();
                return (5, "SUSPENDED");
        }

        if (how != "cancel")
        {
            await run.KillAsync();
        }

        if (how == "cancel without run and host")
        {
            await _place.KillHostAsync();
        }

        (await _place.RunAsync("job", "cancel", _place.Job, "--grace", "300ms")).ShouldExit(0);
        return (how == "cancel" ? 1 : 137, "CANCELED");
    }

    private async Task CreateAsync(string end)
    {
        var sleep = $"sleep {_place.Token}";

        // With its step host dead and its variables gone, a process in a session of its own is nobody's: only a cgroup would tell.
        var hidden = end == "cancel without run and host" ? "" : $"env -i setsid /bin/sh -c '( setsid {sleep} & )' &";
        await File.WriteAllTextAsync(_place.PathOf("escape.sh"), $"""
            trap '' TERM INT HUP
            echo $$ > {_place.PathOf("leader")}
            nohup {sleep} >/dev/null 2>&1 &
            setsid {sleep} &
            ( ( {sleep} & ) & )
            ( setsid sh -c '{sleep} & {sleep}' & )
            env -i {sleep} &
            {hidden}
            {sleep} >/dev/null 2>&1 </dev/null 3>&- &
            exec {sleep}
            """, TestContext.Current.CancellationToken);
        var timeout = end == "timeout" ? ", timeout: 2s" : "";
        await _place.CreateAsync($"steps:\n  tree: {{ workspace: none, run: [/bin/sh, {_place.PathOf("escape.sh")}]{timeout} }}\n");
    }
}
