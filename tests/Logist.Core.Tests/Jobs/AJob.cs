using Logist.Core.Jobs;
using Logist.Core.Workflows;
using static Logist.Core.Tests.Jobs.Some;

namespace Logist.Core.Tests.Jobs;

/// <summary>A job in each status, reached by commands.</summary>
internal static class AJob
{
    public static Spec In(JobStatus status) => (status switch
    {
        JobStatus.Pending => Spec.Running(Chain("a")),
        JobStatus.Running => Spec.Running(Chain("a")).Start("a"),
        JobStatus.ReviewRequired => ToReview(),
        JobStatus.Reviewing => ToReview().ReviewStarts("a"),
        JobStatus.ApprovalRequired => AtGate(),
        JobStatus.InterventionRequired => Spec.Running(Chain("a")).Start("a").Fail("a"),
        JobStatus.Suspended => Spec.Running(Chain("a")).Suspend(),
        JobStatus.Success => Spec.Running(Chain("a")).Complete("a"),
        _ => Spec.Running(Chain("a")).Cancel().FinishCancel(),
    }).StatusIs(status, status == JobStatus.InterventionRequired ? "step_failed" : null);

    /// <summary>One reviewed step whose worker is done.</summary>
    public static Spec ToReview(StepDefinition? step = null) => Spec.Running(Workflow(step ?? Reviewed("a"))).Start("a")
        .WorkerFinishes("a");

    /// <summary>a, an agent → go, only a gate → b.</summary>
    public static Spec AtGate() =>
        Spec.Running(Workflow(AgentStep("a"), Gate("go", "a"), Step("b", "go"))).Complete("a").OpenGate("go", "0123456789abcdef");
}
