using System.Text;
using Logist.Core.Jobs;
using Logist.Files;

namespace Logist.Agents;

/// <summary>What a call itself says of its end; nothing for programs that only print text.</summary>
internal sealed record Testimony
{
    public static readonly Testimony None = new();

    /// <summary>There is a terminal event, and it is one of success.</summary>
    public bool EndedWell { get; init; }

    /// <summary>What its terminal event says went wrong.</summary>
    public Failure? Failure { get; init; }

    /// <summary>What seems to have gone wrong, when it ended badly without an answer.</summary>
    public Failure? Suspicion { get; init; }

    /// <summary>How to get the program.</summary>
    public string? Install { get; init; }

    /// <summary>What it was doing when it was ended, a sentence.</summary>
    public string? Doing { get; init; }
}

/// <summary>
/// Judges an ended call of a program that keeps to the answer contract: what it says of its end first, then the answer object, the
/// evidence, and last the exit code. An exit code alone says nothing (agent programs exit 0 after failed calls), and a claim of
/// success with a failed exit is believed only where the program also said that it ended well.
/// </summary>
internal static class Verdict
{
    private const int TailBytes = 4096, MaxLine = 200;

    /// <summary>Before a start: nothing that an earlier call left may be taken for this call's answer.</summary>
    public static void Forget(AgentCall call)
    {
        SafeFile.Delete(call.WorkingDirectory, AgentFiles.Response);
        _ = Libc.Unlink(AgentFiles.Answer(call.Role, call.AttemptDirectory, call.Turn));
    }

    public static AgentOutcome Of(Finished finished) =>
        Of(finished, Testimony.None, () => AnswerSearch.FindLast(finished.OutputLog));

    /// <param name="printed">Finds the answer object in what was printed.</param>
    public static AgentOutcome Of(Finished finished, Testimony said, Func<byte[]?> printed)
    {
        var (result, subject) = finished.Reason is EndReason.NotStarted or EndReason.NoStorage ? (AnswerResult.NotFound, "")
            : Harvest(finished, printed);
        var answer = (result as AnswerResult.Valid)?.Answer;
        var failure = Regardless(finished, said) ?? said.Failure ?? Ending(finished, said, answer) ?? result switch
        {
            AnswerResult.Invalid invalid => Invalid(finished, $"{subject} {invalid.Why}"),
            AnswerResult.None => Invalid(finished, "the agent ended without an answer"),
            _ => Foreign(finished, answer!),
        };
        if (failure is not null)
        {
            return new AgentOutcome.Failed(failure) { Usage = answer?.Usage };
        }

        var evidence = Evidence.Check(finished.WorkingDirectory, answer!.Evidence, out var problem);
        if (problem is null)
        {
            return Answered(finished, said, answer with { Evidence = evidence });
        }

        // Only a worker's success rests on its evidence; elsewhere a wrong path is no reason to lose the answer.
        return finished.Role == AgentRole.Worker && answer.Action == AnswerAction.Completed
            ? new AgentOutcome.Failed(Evidence.Missing(problem)) { Usage = answer.Usage }
            : Answered(finished, said, answer with { Evidence = evidence, Notes = [.. answer.Notes, $"{problem}: left out"] });
    }

    /// <summary>How a person sees what an attempt printed.</summary>
    public static string Logs(Finished finished) => $"logist job logs {finished.Attempt.Job} {finished.Attempt.Step}";

    private static AgentOutcome.Answered Answered(Finished finished, Testimony said, Answer answer) => new(answer)
    {
        Usage = answer.Usage,
        Warnings = finished switch
        {
            _ when !said.EndedWell => [],
            { Reason: EndReason.Timeout or EndReason.Inactivity } => ["the agent had answered, but did not end by itself"],
            { Signal: not null } or { ExitCode: not 0 } => [$"the agent had answered, but {How(finished)}"],
            _ => [],
        },
    };

    // The answer moves from the workspace to the attempt, so that no commit contains it; judging again finds it there.
    // Not synced: it serves people and a second look after a crash of ours; after a power cut the attempt is lost anyway.
    private static (AnswerResult Result, string Subject) Harvest(Finished finished, Func<byte[]?> find)
    {
        var kept = AgentFiles.Answer(finished.Role, finished.AttemptDirectory, finished.Turn);
        if (SafeFile.ReadBounded(finished.AttemptDirectory, Path.GetFileName(kept), Answer.MaxBytes) is SafeRead.Content before)
        {
            return (Answer.ParseObject(before.Bytes), "the answer");
        }

        switch (SafeFile.ReadBounded(finished.WorkingDirectory, AgentFiles.Response, Answer.MaxBytes))
        {
            case SafeRead.Content file:
                OwnFiles.Write(kept, file.Bytes);
                SafeFile.Delete(finished.WorkingDirectory, AgentFiles.Response);
                return (Answer.ParseObject(file.Bytes), "the answer");
            case SafeRead.Refused refused:
                return (new AnswerResult.Invalid(refused.Why), AgentFiles.Response);
        }

        if (find() is not { } printed)
        {
            return (AnswerResult.NotFound, "");
        }

        OwnFiles.Write(kept, printed);
        return (Answer.ParseObject(printed), "the answer");
    }

    // What the agent may have said does not matter then.
    private static Failure? Regardless(Finished finished, Testimony said) => finished.Reason switch
    {
        EndReason.NotStarted => new Failure(FailureCategory.MissingTool,
            $"the agent could not be started: {finished.Detail ?? "unknown reason"}",
            said.Install ?? "install the program or correct the agent's command: in the workflow"),
        EndReason.NoStorage => new Failure(FailureCategory.Storage,
            $"the agent could not be started: {finished.Detail ?? "unknown reason"}", Failure.MakeRoom),
        EndReason.Canceled => new Failure(FailureCategory.Canceled, "the agent was stopped because the job was canceled"),
        EndReason.Interrupted => new Failure(FailureCategory.Interrupted, "the agent was interrupted"),
        _ => null,
    };

    private static Failure? Ending(Finished finished, Testimony said, Answer? answer)
    {
        // It said that it was done, and only lingered, or stumbled on its way out.
        if (said.EndedWell && answer is not null)
        {
            return null;
        }

        var logs = Logs(finished);
        var doing = said.Doing is null ? "" : $"; {said.Doing}";
        switch (finished.Reason)
        {
            case EndReason.Timeout:
                return new Failure(FailureCategory.Timeout, $"the agent ran longer than allowed{Limit(finished)}{doing}",
                    $"raise timeout: of the step, or see {logs}");
            case EndReason.Inactivity:
                return new Failure(FailureCategory.Timeout, $"the agent printed nothing for longer than allowed{Limit(finished)}{doing}",
                    $"raise inactivity_timeout: of the step, or see {logs}");
        }

        if (finished is { ExitCode: 0, Signal: null } || answer is { Action: not AnswerAction.Completed })
        {
            return null;
        }

        if (answer is not null)
        {
            return new Failure(FailureCategory.AgentError, $"the agent answered COMPLETED but {How(finished)}", logs);
        }

        // What shells and env(1) say when a program is not there or may not be executed.
        return finished.ExitCode is 126 or 127
            ? new Failure(FailureCategory.MissingTool, $"the agent {How(finished)}{LastLine(finished)}",
                said.Install ?? "install the program that its command needs")
            : said.Suspicion ?? new Failure(FailureCategory.AgentError, $"the agent {How(finished)}{LastLine(finished)}", logs);
    }

    private static string How(Finished finished) => finished.Signal is { } signal
        ? $"was ended by signal {signal}"
        : $"ended with exit code {finished.ExitCode?.ToString() ?? "unknown"}";

    private static Failure? Foreign(Finished finished, Answer answer)
    {
        var id = finished.Attempt;
        return answer.AttemptId is { } attempt && attempt != id.ToString()
            ? Invalid(finished, $"the answer is for attempt \"{Shown(attempt)}\", not {id}")
            : answer.StepId is { } step && step != id.Step
                ? Invalid(finished, $"the answer is for step \"{Shown(step)}\", not {id.Step}")
                : null;
    }

    private static Failure Invalid(Finished finished, string message) =>
        new(FailureCategory.InvalidResponse, message,
            "its last message must be {\"action\":\"COMPLETED|STUCK|RETRY\",…}; "
            + $"see {Logs(finished)}");

    private static string Limit(Finished finished) => finished.Detail is null ? "" : $" ({finished.Detail})";

    private static string LastLine(Finished finished)
    {
        var logFile = finished.OutputLog;
        using var file = SafeFile.TryOpenRegular(logFile);
        if (file is null)
        {
            return "";
        }

        var size = RandomAccess.GetLength(file);
        var buffer = new byte[(int)Math.Min(size, TailBytes)];
        var length = SafeFile.ReadAt(file, buffer, size - buffer.Length, logFile);
        var text = Encoding.UTF8.GetString(buffer, 0, length).AsSpan().TrimEnd();
        var line = text[(text.LastIndexOf('\n') + 1)..].Trim();
        return line.Length == 0 ? "" : $": {Shown(line.ToString())}";
    }

    private static string Shown(string text) =>
        OutputText.Sanitise(text.Length <= MaxLine ? text : text[..MaxLine] + "…").Replace("\n", "\\n", StringComparison.Ordinal);
}
