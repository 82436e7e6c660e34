using System.CommandLine;

namespace Logist.Cli;

/// <summary>A command with what its help shows beyond options, and the action that the dispatcher calls.</summary>
internal sealed class CliCommand(string name, string description) : Command(name, description)
{
    /// <summary>Whole command lines.</summary>
    public string[] Examples { get; init; } = [];

    /// <summary>What a person has to know beyond the first sentence; lines are printed as they are.</summary>
    public string? Remarks { get; init; }

    /// <summary>Null for a group of commands. Returns the exit code.</summary>
    public Func<Session, ParseResult, CancellationToken, Task<int>>? Execute { get; set; }
}
