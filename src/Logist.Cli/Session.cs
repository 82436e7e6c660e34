using Logist.Cli.Output;

namespace Logist.Cli;

/// <summary>Everything that a command may use: how to talk, what was asked for globally, and where things are.</summary>
internal sealed class Session(Terminal terminal, Globals globals, Surroundings surroundings, Interrupts interrupts)
{
    public Terminal Terminal { get; } = terminal;

    public Globals Globals { get; } = globals;

    public Surroundings Surroundings { get; } = surroundings;

    public Interrupts Interrupts { get; } = interrupts;

    /// <summary>Absolute; not made yet.</summary>
    public string JobsDirectory => field ??= Surroundings.JobsDirectory(Globals.JobsDirectory);
}
