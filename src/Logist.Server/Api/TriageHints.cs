using Logist.Core.Jobs;

namespace Logist.Server.Api;

/// <summary>Where to look first, by category of failure; the failure's own hint comes before.</summary>
internal static class TriageHints
{
    public static IReadOnlyList<string> Of(Failure? failure) => failure is null ? []
        : [.. new[] { failure.Hint }.OfType<string>(), .. Of(failure.Category)];

    private static string[] Of(string category) => category switch
    {
        FailureCategory.CommandFailed => ["Read the end of the log: the command says why it ended with another exit code than 0.",
            "Compare its changes with those of the attempt before: did its input change?"],
        FailureCategory.CheckFailed => ["Read the log of the check that failed, not the worker's.",
            "Its changes are kept: look at the diff of the attempt."],
        FailureCategory.AgentStuck => ["Read what the agent reported: it says what it needs from a person.",
            "Do the missing part in the workspace, then let the step go on."],
        FailureCategory.AgentError => ["Read the end of the agent's log for its own error.",
            "logist doctor checks the agent's program and login."],
        FailureCategory.InvalidResponse => ["The agent ended without an answer that can be read: see what it printed last.",
            "Another agent or model may follow the answer's form better."],
        FailureCategory.Timeout => ["See in the log what it was doing when its time was over.",
            "If it needs longer, raise timeout: or inactivity_timeout: of the step."],
        FailureCategory.RateLimited => ["The provider's limit is used up: wait for it, or name a fallback: agent."],
        FailureCategory.Auth => ["The agent is not signed in, or its key is missing or wrong: logist doctor tells."],
        FailureCategory.MissingTool => ["A program is not installed, or not on the PATH that steps get: logist doctor tells."],
        FailureCategory.MergeConflict => ["Steps before it changed the same lines: the files are named in the message.",
            "Resolve them in the workspace, then let the step go on."],
        FailureCategory.EvidenceMissing => ["Files that it promised are not there: compare evidence: of the step with the attempt's diff."],
        FailureCategory.ReviewRounds => ["Worker and reviewer did not agree: read the last review and decide who is right."],
        FailureCategory.ApprovalRejected => ["A person said no: the reason is in the message."],
        FailureCategory.Budget => ["The step's own budget is used up: raise it in the workflow, or run it with a cheaper model."],
        FailureCategory.Lost => ["Its process vanished: look for a restart or a lack of memory at that time.",
            "What it had changed is kept as the attempt's tree."],
        FailureCategory.Interrupted => ["It was stopped half-way and may have had effects outside: check those before it runs again."],
        FailureCategory.Canceled => ["A person stopped it."],
        FailureCategory.Tampered => ["Somebody changed the job's own files while it ran: look at them before anything runs again."],
        FailureCategory.Storage => ["The disk is full or failing: make room first."],
        _ => [],
    };
}
