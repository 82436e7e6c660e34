using System.Diagnostics;

namespace Logist.EndToEnd.Tests.Support;

internal sealed record CliResult(int Code, string Out, string Err)
{
    /// <summary>A code that was expected, and in no case a stack trace.</summary>
    public CliResult ShouldExit(int code)
    {
        Code.ShouldBe(code, ToString());
        ShouldHaveNoStackTrace();
        return this;
    }

    public void ShouldHaveNoStackTrace()
    {
        (Out + Err).ShouldNotContain("\n   at ", Case.Sensitive);
        (Out + Err).ShouldNotContain("Unhandled exception");
    }

    public override string ToString() => $"exit {Code}\n--- stdout\n{Out}\n--- stderr\n{Err}";
}

/// <summary>The built program as another process.</summary>
internal sealed class CliProcess : IDisposable
{
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Logist.Cli");

    private readonly Process _process;
    private readonly Task<string> _out, _err;

    private CliProcess(Process process)
    {
        _process = process;
        _out = process.StandardOutput.ReadToEndAsync();
        _err = process.StandardError.ReadToEndAsync();
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <param name="before">Programs that become ours or trace it, with their arguments.</param>
    public static CliProcess Start(string directory, string home, string[] before, IReadOnlyDictionary<string, string>? variables,
        params string[] arguments)
    {
        string[] words = [.. before, Program, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = directory, UseShellExecute = false,
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("LOGIST_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LOGIST_HOME"] = home;

        // Else every kill -9 leaves a diagnostics socket in /tmp.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in variables ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new CliProcess(process);
    }

    public void Signal(int signal) => LiveProcesses.Signal(Pid, signal);

    /// <summary>kill -9, and it is gone when this returns.</summary>
    public async Task KillAsync()
    {
        Signal(LiveProcesses.SIGKILL);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for something that happens while it runs; its end tells more than a time-out.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        await Soon.Async(() => condition() || HasExited, what);
        if (!condition())
        {
            throw new InvalidOperationException($"it ended before: {what}; {await EndAsync()}");
        }
    }

    public async Task<CliResult> EndAsync(TimeSpan? within = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(within ?? Soon.Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);

            // Whoever still holds the pipes was started by us and should not have them.
            return new CliResult(_process.ExitCode, await _out.WaitAsync(patience.Token), await _err.WaitAsync(patience.Token));
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException(
                $"{string.Join(' ', _process.StartInfo.ArgumentList)} has not ended within {within ?? Soon.Patience}", e);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Signal(LiveProcesses.SIGKILL);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
