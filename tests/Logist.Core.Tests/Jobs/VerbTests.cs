using Logist.Core.Jobs;

namespace Logist.Core.Tests.Jobs;

public sealed class VerbTests
{
    /// <summary>Design §1, written down a second time. Who drives a RUNNING or REVIEWING job is the business of its lease.</summary>
    private static readonly Dictionary<JobVerb, string> Allowed = new()
    {
        [JobVerb.Run] = "PENDING RUNNING REVIEW_REQUIRED REVIEWING",
        [JobVerb.Step] = "PENDING RUNNING REVIEW_REQUIRED REVIEWING",
        [JobVerb.Cancel] = "PENDING RUNNING REVIEW_REQUIRED REVIEWING APPROVAL_REQUIRED INTERVENTION_REQUIRED SUSPENDED",
        [JobVerb.CancelTask] = "PENDING RUNNING REVIEW_REQUIRED REVIEWING SUSPENDED",
        [JobVerb.Suspend] = "PENDING RUNNING REVIEW_REQUIRED REVIEWING APPROVAL_REQUIRED INTERVENTION_REQUIRED",
        [JobVerb.Resume] = "SUSPENDED",
        [JobVerb.Resubmit] = "INTERVENTION_REQUIRED",
        [JobVerb.Approve] = "PENDING RUNNING REVIEW_REQUIRED REVIEWING APPROVAL_REQUIRED INTERVENTION_REQUIRED SUSPENDED",
        [JobVerb.Rerun] = "PENDING REVIEW_REQUIRED APPROVAL_REQUIRED INTERVENTION_REQUIRED SUSPENDED SUCCESS CANCELED",
        [JobVerb.Restep] = "PENDING REVIEW_REQUIRED APPROVAL_REQUIRED INTERVENTION_REQUIRED SUSPENDED SUCCESS CANCELED",
        [JobVerb.Resolve] = "PENDING REVIEW_REQUIRED APPROVAL_REQUIRED INTERVENTION_REQUIRED SUSPENDED SUCCESS CANCELED",
        [JobVerb.PartialRerun] = "PENDING REVIEW_REQUIRED APPROVAL_REQUIRED INTERVENTION_REQUIRED SUCCESS",
        [JobVerb.RunStale] = "PENDING REVIEW_REQUIRED APPROVAL_REQUIRED SUCCESS",
        [JobVerb.Reject] = "PENDING RUNNING REVIEW_REQUIRED REVIEWING APPROVAL_REQUIRED INTERVENTION_REQUIRED SUSPENDED",
    };

    public static TheoryData<JobVerb, JobStatus> Table =>
        [.. from verb in JobVerbs.All from status in JobStatuses.All select (verb, status)];

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_verb_is_accepted_or_refused_in_every_status_as_the_table_says(JobVerb verb, JobStatus status)
    {
        var job = AJob.In(status);
        var problem = JobVerbs.Guard(job.State, verb);
        var allowed = Allowed[verb].Split(' ');
        (problem is null).ShouldBe(allowed.Contains(status.Text()));
        if (problem is not null)
        {
            (problem.Kind, problem.From, problem.Wanted).ShouldBe((ErrorKind.WrongState, status.Text(), verb.Word()));
            problem.Allowed.ShouldBe(allowed);
            problem.Fix.ShouldNotBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Decide_asks_the_same_table(JobVerb verb, JobStatus status)
    {
        var job = AJob.In(status);
        _ = verb switch
        {
            JobVerb.Run => job.Run(),
            JobVerb.Cancel => job.Cancel(),
            JobVerb.CancelTask => job.CancelTask(0),
            JobVerb.Suspend => job.Suspend(),
            JobVerb.Resume => job.Resume(),
            JobVerb.Resubmit => job.Resubmit(),
            JobVerb.Approve => job.Approve("go"),
            JobVerb.Reject => job.Reject("go"),
            JobVerb.Rerun => job.Rerun(),
            JobVerb.Restep => job.Restep(1),
            JobVerb.PartialRerun => job.PartialRerun(),
            JobVerb.RunStale => job.RunStale(),
            JobVerb.Resolve => job.Resolve(1),
            _ => job,
        };
        if (Asks(job, verb, status))
        {
            job.Refusal().Kind.ShouldBeOneOf(ErrorKind.WrongState, ErrorKind.Usage);
        }
        else
        {
            job.Decided.ShouldBeOfType<Decision.Accepted>();
        }
    }

    /// <summary>Step has no command of its own; asking for what already is is nothing; a gate is there in one of the jobs only.</summary>
    private static bool Asks(Spec job, JobVerb verb, JobStatus status) => verb switch
    {
        JobVerb.Step => false,

        // What they ask for beyond the status has stories of its own.
        JobVerb.Rerun or JobVerb.Restep or JobVerb.PartialRerun or JobVerb.RunStale or JobVerb.Resolve or JobVerb.CancelTask
            when Allowed[verb].Split(' ').Contains(status.Text()) => job.Decided is Decision.Rejected,
        JobVerb.Cancel when status == JobStatus.Canceled => false,
        JobVerb.Suspend when status == JobStatus.Suspended => false,
        JobVerb.Approve or JobVerb.Reject => status != JobStatus.ApprovalRequired,
        _ => !Allowed[verb].Split(' ').Contains(status.Text()),
    };
}
