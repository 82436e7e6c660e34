namespace Logist.StepHost;

internal enum ExecutionState : byte
{
    Queued,
    Running,

    /// <summary>The leader is gone, its descendants are not yet known to be.</summary>
    Clearing,
    Exited,
    Failed,
}

/// <summary>Environment lines shared by many starts, as they came: NUL-terminated texts inside one frame.</summary>
internal sealed record EnvironmentSet(byte[] Frame, int[] Offsets);

/// <summary>One process tree, from its start frame to the acknowledgement of its end.</summary>
internal sealed class Execution
{
    public required string Key { get; init; }

    public required string AttemptId { get; init; }

    public required long TimeoutMs { get; init; }

    public required long InactivityMs { get; init; }

    public required long GraceMs { get; init; }

    public required Output Output { get; init; }

    /// <summary>Dropped after the start: a queue of large arguments must not stay in memory.</summary>
    public Launch? Launch { get; set; }

    public ExecutionState State { get; set; }

    public int Pid { get; set; }

    public long StartTime { get; set; }

    public long StartedAtUnixMs { get; set; }

    /// <summary>Monotonic milliseconds.</summary>
    public long StartedTick { get; set; }

    public long LastOutputTick { get; set; }

    // Watches, -1 = none.
    public int ExitWatch = -1, OutputWatch = -1, ErrorsWatch = -1;

    public ExitReason Reason { get; set; }

    /// <summary>SIGTERM was sent; at this monotonic millisecond comes SIGKILL.</summary>
    public long? KillTick { get; set; }

    /// <summary>The grace is over.</summary>
    public bool Killing { get; set; }

    /// <summary>Pid and start time of everything that SIGTERM was sent to.</summary>
    public HashSet<(int Pid, long StartTime)> Descendants { get; } = [];

    /// <summary>Killed processes were still there when last looked: look again then.</summary>
    public long? LookTick { get; set; }

    /// <summary>Looks so far without an empty tree; spaces them out.</summary>
    public int Looks { get; set; }

    public int Code { get; set; }

    public int Signal { get; set; }

    public long DurationMs { get; set; }

    public int Errno { get; set; }

    public string Message { get; set; } = "";

    /// <summary>The next monotonic millisecond at which something must happen to it, without any event.</summary>
    public long NextTick()
    {
        var next = Math.Min(LookTick ?? long.MaxValue, Killing ? long.MaxValue : KillTick ?? long.MaxValue);
        if (State == ExecutionState.Running && KillTick is null)
        {
            next = TimeoutMs >= 0 ? Math.Min(next, StartedTick + TimeoutMs) : next;
            next = InactivityMs >= 0 ? Math.Min(next, LastOutputTick + InactivityMs) : next;
        }

        return next;
    }
}

/// <summary>What the spawn needs: offsets of NUL-terminated texts within the start frame.</summary>
internal sealed class Launch
{
    public required byte[] Frame { get; init; }

    public required EnvironmentSet Shared { get; init; }

    public required int[] Own { get; init; }

    public required int[] Argv { get; init; }

    public required int Program { get; init; }

    public required int Directory { get; init; }

    public required string Stdin { get; init; }
}
