using System.Text;
using Logist.Core.Jobs;
using Logist.Files;

namespace Logist.Agents;

/// <summary>
/// Judges an ended call of a program that keeps to the answer contract: the answer object first, then the exit code. An exit code
/// alone says nothing (agent programs exit 0 after failed calls), and a claim of success with a failed exit is not believed.
/// </summary>
internal static class Verdict
{
    private const int TailBytes = 4096, MaxLine = 200;

    /// <summary>Before a start: nothing that an earlier call left may be taken for this call's answer.</summary>
    public static void Forget(AgentCall call)
    {
        SafeFile.Delete(call.WorkingDirectory, AgentFiles.Response);
        _ = Libc.Unlink(AgentFiles.Answer(call.Role, call.AttemptDirectory));
    }

    public static AgentOutcome Of(Finished finished)
    {
        var (result, subject) = finished.Reason is EndReason.NotStarted or EndReason.NoStorage ? (AnswerResult.NotFound, "")
            : Harvest(finished);
        var answer = (result as AnswerResult.Valid)?.Answer;
        var failure = Ending(finished, answer) ?? result switch
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
            return new AgentOutcome.Answered(answer with { Evidence = evidence }) { Usage = answer.Usage };
        }

        // Only a worker's success rests on its evidence; elsewhere a wrong path is no reason to lose the answer.
        return finished.Role == AgentRole.Worker && answer.Action == AnswerAction.Completed
            ? new AgentOutcome.Failed(Evidence.Missing(problem)) { Usage = answer.Usage }
            : new AgentOutcome.Answered(answer with { Evidence = evidence, Notes = [.. answer.Notes, $"{problem}: left out"] })
            {
                Usage = answer.Usage,
            };
    }

    // The answer moves from the workspace to the attempt, so that no commit contains it; judging again finds it there.
    // Not synced: it serves people and a second look after a crash of ours; after a power cut the attempt is lost anyway.
    private static (AnswerResult Result, string Subject) Harvest(Finished finished)
    {
        var kept = AgentFiles.Answer(finished.Role, finished.AttemptDirectory);
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

        if (AnswerSearch.FindLast(finished.OutputLog) is not { } printed)
        {
            return (AnswerResult.NotFound, "");
        }

        OwnFiles.Write(kept, printed);
        return (Answer.ParseObject(printed), "the answer");
    }

    private static Failure? Ending(Finished finished, Answer? answer)
    {
        var logs = $"logist job logs {finished.Attempt.Job} {finished.Attempt.Step}";
        switch (finished.Reason)
        {
            case EndReason.NotStarted:
                return new Failure(FailureCategory.MissingTool, $"the agent could not be started: {finished.Detail ?? "unknown reason"}",
                    "install the program or correct the agent's command: in the workflow");
            case EndReason.NoStorage:
                return new Failure(FailureCategory.Storage, $"the agent could not be started: {finished.Detail ?? "unknown reason"}",
                    Failure.MakeRoom);
            case EndReason.Timeout:
                return new Failure(FailureCategory.Timeout, $"the agent ran longer than allowed{Limit(finished)}",
                    $"raise timeout: of the step, or see {logs}");
            case EndReason.Inactivity:
                return new Failure(FailureCategory.Timeout, $"the agent printed nothing for longer than allowed{Limit(finished)}",
                    $"raise inactivity_timeout: of the step, or see {logs}");
            case EndReason.Canceled:
                return new Failure(FailureCategory.Canceled, "the agent was stopped because the job was canceled");
            case EndReason.Interrupted:
                return new Failure(FailureCategory.Interrupted, "the agent was interrupted");
        }

        if (finished is { ExitCode: 0, Signal: null } || answer is { Action: not AnswerAction.Completed })
        {
            return null;
        }

        var how = finished.Signal is { } signal
            ? $"was ended by signal {signal}"
            : $"ended with exit code {finished.ExitCode?.ToString() ?? "unknown"}";
        if (answer is not null)
        {
            return new Failure(FailureCategory.AgentError, $"the agent answered COMPLETED but {how}", logs);
        }

        // What shells and env(1) say when a program is not there or may not be executed.
        return finished.ExitCode is 126 or 127
            ? new Failure(FailureCategory.MissingTool, $"the agent {how}{LastLine(finished)}", "install the program that its command needs")
            : new Failure(FailureCategory.AgentError, $"the agent {how}{LastLine(finished)}", logs);
    }

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
            + $"see logist job logs {finished.Attempt.Job} {finished.Attempt.Step}");

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
