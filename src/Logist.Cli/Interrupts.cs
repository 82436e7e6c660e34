using System.Runtime.InteropServices;

namespace Logist.Cli;

/// <summary>
/// Ctrl-C and SIGTERM, for the commands that wait: the first asks to stop, the second to detach. Other commands do not listen,
/// so that the signal simply ends them.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly CancellationTokenSource _second = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public CancellationToken Stop => _first.Token;

    public CancellationToken Detach => _second.Token;

    /// <summary>130 or 143; null while nobody interrupted.</summary>
    public int? ExitCode { get; private set; }

    public void Listen()
    {
        if (_registrations.Count == 0)
        {
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, Cli.ExitCode.Interrupted)));
            _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, Cli.ExitCode.Terminated)));
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _first.Dispose();
        _second.Dispose();
    }

    private void Handle(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        var again = ExitCode is not null;
        ExitCode ??= exitCode;
        (again ? _second : _first).Cancel();
    }
}
