using Logist.Agents.Acp;

namespace Logist.Agents.Streams;

/// <summary>Judges an ended call of a program that prints events.</summary>
internal static class StreamVerdict
{
    /// <param name="parser">A fresh one.</param>
    public static AgentOutcome Of(Finished finished, IEventParser parser, AgentAdvice advice)
    {
        if (finished.Reason is EndReason.NotStarted or EndReason.NoStorage)
        {
            return Verdict.Of(finished, new Testimony { Install = advice.Install }, () => null);
        }

        var call = CallSummary.Read(finished.OutputLog, parser);
        var error = call.Final?.Error ?? (call.Final is null ? Suspected(finished, call) : null);
        var lost = error is not null && ErrorMap.Has(error.Message, advice.SessionLost);
        var failure = error is null ? null : ErrorMap.Of(error, advice, Ended(finished), Verdict.Logs(finished));
        var outcome = Verdict.Of(finished, new Testimony
        {
            EndedWell = call.Final is { Error: null },
            Failure = call.Final is null || EndedByUs(finished, error) ? null : failure,
            Suspicion = failure,
            Install = advice.Install,
            Doing = call.Retrying is { } retry ? $"it was retrying: {ErrorMap.Shown(retry.Message)}" : null,
        }, call.FindAnswer);
        if (outcome is AgentOutcome.Failed failed)
        {
            outcome = failed with { SessionLost = lost };
        }

        return outcome with
        {
            Usage = call.Usage(finished.SpentBefore) ?? outcome.Usage,
            Session = lost ? null : call.Worked ? call.Session ?? finished.Resumed : finished.Resumed,
            Model = call.Model,
            Version = call.Version,
            Warnings = [.. outcome.Warnings, .. call.Warnings],
        };
    }

    /// <summary>It only tells that its process was ended: why, we know better.</summary>
    private static bool EndedByUs(Finished finished, AgentError? error) =>
        finished.Reason is EndReason.Timeout or EndReason.Inactivity && error?.Kind is AcpErrors.Cancelled or AcpErrors.Crashed;

    /// <summary>Without a terminal event: what stderr says of a failed end.</summary>
    private static AgentError? Suspected(Finished finished, CallSummary call)
    {
        if (finished is not { ExitCode: > 0, Signal: null })
        {
            return null;
        }

        string? last = null, telling = null;
        foreach (var line in call.Errors)
        {
            last = string.IsNullOrWhiteSpace(line) ? last : line;
            telling = line.Contains("error", StringComparison.OrdinalIgnoreCase) ? line : telling;
        }

        return (telling ?? last) is { } message ? new AgentError(message) : null;
    }

    // The log's last write is the last sign of life that is still there when the same end is judged again.
    private static DateTimeOffset Ended(Finished finished) => File.GetLastWriteTimeUtc(finished.OutputLog) is var at && at.Year > 1970
        ? new DateTimeOffset(at, TimeSpan.Zero)
        : DateTimeOffset.UnixEpoch;
}
