using Logist.Core.Jobs;
using Logist.Core.Workflows;

namespace Logist.Core.Tests.Jobs;

/// <summary>
/// Plays the engine over a random workflow: plans, starts, reports random outcomes in group commits, is crashed and refolded, while
/// people ask for random things. Every append is checked by <see cref="Invariants"/>. One seed is one walk.
/// </summary>
internal sealed partial class Walk
{
    private enum Phase { Worker, Checks, Review }

    private readonly Random _random;
    private readonly WorkflowDefinition _workflow;
    private readonly List<JobEvent> _journal = [];
    private readonly Dictionary<(int Step, int Attempt), Phase> _inFlight = [];
    private readonly List<JobCommand> _sent = [];
    private readonly Invariants _invariants;
    private readonly int _slots;
    private readonly bool _onlySuccess;
    private JobState _state = new();
    private PlanScope _scope = PlanScope.Everything;
    private DateTimeOffset _now = Some.Noon;
    private JobStatus _committed;
    private int _ids;

    public Walk(int seed, bool onlySuccess)
    {
        _random = new Random(seed);
        _onlySuccess = onlySuccess;
        _workflow = RandomWorkflow.Make(_random);
        _slots = _random.Next(1, 5);
        _invariants = new Invariants(_journal);
        Send(new JobCommand.Create(By(), (JobEvent.JobCreated)Some.Created(_workflow)[0], (JobEvent.RunCreated)Some.Created(_workflow)[1]));
        Send(new JobCommand.RunJob(By(), "foreground"));
        Commit();
    }

    /// <summary>Pairs of statuses seen between two appends.</summary>
    public HashSet<(JobStatus From, JobStatus To)> Pairs { get; } = [];

    public JobState State => _state;

    private int Run => _state.Runs.Count;

    public IReadOnlyList<JobEvent> Journal => _journal;

    public IReadOnlyList<JobCommand> Sent => _sent;

    /// <summary>A random time with everything going wrong, then a time in which people repair and all goes well.</summary>
    public void Go()
    {
        Wild();
        if (!_onlySuccess)
        {
            Calm();
            Wild();
        }

        End();
    }

    private void Wild()
    {
        for (var i = _onlySuccess ? 0 : _random.Next(60); i > 0; i--)
        {
            switch (_random.Next(13))
            {
                case 0:
                    Person();
                    break;
                case 12:
                    AskAgain();
                    break;
                case 1:
                    Crash();
                    break;
                case 2:
                    CtrlC();
                    break;
                case 3 when _sent.Count > 0:
                    Again(_sent[_random.Next(_sent.Count)]);
                    break;
                default:
                    Tick(wellOnly: false);
                    break;
            }
        }
    }

    /// <summary>Whatever happened before: with people who help and steps that work, the job ends.</summary>
    private void End()
    {
        for (var i = 0; i < 400; i++)
        {
            if (_state.Status is JobStatus.Success or JobStatus.Canceled && _inFlight.Count == 0)
            {
                _invariants.AfterEnd(_state);
                if (!_state.Run!.Tasks.Any(t => t.Stale is not null) || _state.Status == JobStatus.Canceled)
                {
                    return;
                }

                Send(new JobCommand.RunStale(Ann())).ShouldBeGreaterThan(0, "what is stale cannot be run");
                Commit();
            }

            if (!Tick(wellOnly: true) && !Help())
            {
                return;
            }
        }

        throw new InvalidOperationException($"the job never came to an end: {_state.Status}");
    }

    /// <returns>False when only a limit that no command can raise stands in the way.</returns>
    private bool Help()
    {
        // Nothing in flight, nothing to plan: either time has to pass, or the status has to name a person's turn.
        if (Job.NextWake(_state, _now) is { } wake)
        {
            _now = wake;
            return true;
        }

        var status = _state.Status;
        if (_state.Restep is null && status == JobStatus.InterventionRequired && _state.BudgetStop is { Scope: not "cost" })
        {
            return false;
        }

        Send(status switch
        {
            JobStatus.Pending when _state.Run!.Held is not null => new JobCommand.RunJob(Ann(), "foreground"),
            JobStatus.Suspended => new JobCommand.Resume(Ann(), null),
            JobStatus.ApprovalRequired => new JobCommand.Approve(Ann(), _state.Run!.OpenGates.Min, null, null),
            JobStatus.InterventionRequired => new JobCommand.Resubmit(Ann(), null, _state.BudgetStop is null ? null : _state.BudgetUsd + 5),
            _ => throw new InvalidOperationException($"at rest in {status}, and nobody is asked"),
        }).ShouldBeGreaterThan(0, $"{status} refuses the help it asks for");
        Commit();
        return true;
    }

    /// <summary>One turn of the owner's loop: some processes end, the plan follows, one append. False: nothing to do at all.</summary>
    private bool Tick(bool wellOnly)
    {
        _now += TimeSpan.FromSeconds(_random.Next(4));
        var busy = _inFlight.Count > 0;
        foreach (var (key, phase) in _inFlight.ToArray())
        {
            if (wellOnly || _random.Next(2) == 0)
            {
                Finish(key.Step, key.Attempt, phase, wellOnly || _onlySuccess);
            }
        }

        var free = _slots - _inFlight.Count(f => f.Value == Phase.Worker);
        var plan = Job.Plan(_state, _now, Math.Max(0, free), _scope);
        plan.Count(w => w is Work.Start).ShouldBeLessThanOrEqualTo(Math.Max(0, free), "more starts than free slots");
        plan.DistinctBy(w => (w.GetType(), w.Step)).Count().ShouldBe(plan.Count, "the same work twice in one plan");
        var did = false;
        foreach (var work in plan)
        {
            did |= Do(work);
        }

        Commit();
        return busy || did;
    }

    private bool Do(Work work)
    {
        var key = (work.Step, work.Attempt);
        switch (work)
        {
            case Work.Start w:
                Send(new JobCommand.Schedule(By(), Run, w.Step, w.Attempt, w.Kind, "in", "workspace")
                {
                    Agent = _state.Run!.Tasks[w.Step].NextAgent ?? _workflow.Steps[w.Step].Agent,
                })
                    .ShouldBe(1, "a planned start was refused");
                _inFlight[key] = Phase.Worker;
                return true;
            case Work.Verify when _inFlight.ContainsKey(key):
                return false;
            case Work.Verify w:
                Verify(w.Step, w.Attempt);
                return true;
            case Work.OpenGate w:
                return Send(new JobCommand.OpenGate(By(), Run, w.Step, "in", "0123456789abcdef")) > 0;
            case Work.Stop w:
                _inFlight.Remove(key);
                Send(w.Cancel ? new JobCommand.ReportCanceled(By(), Run, w.Step, w.Attempt, null)
                    : new JobCommand.ReportInterrupted(By(), Run, w.Step, w.Attempt, null));
                return true;
            case Work.Keep w:
                return Send(new JobCommand.KeepOutput(By(), Run, w.Step)) == 1;
            case Work.FinishCancel:
                // The engine ends what it has in flight before it says so; checks of a step that waits for its review are not in the plan.
                foreach (var (step, attempt) in _inFlight.Keys.ToArray())
                {
                    _inFlight.Remove((step, attempt));
                    Send(new JobCommand.ReportCanceled(By(), Run, step, attempt, null));
                    Commit();
                }

                return Send(new JobCommand.FinishCancel(By())) > 0;
            case Work.FinishRun w:
                return Send(new JobCommand.FinishRun(By(), Run, w.Success)) > 0;
            case Work.BudgetReached w:
                return Send(new JobCommand.ReportBudgetReached(By(), w.Scope, w.Limit, w.Spent)) > 0;
            default:
                throw new InvalidOperationException($"unknown work {work}");
        }
    }

    private void Verify(int step, int attempt)
    {
        if (_workflow.Steps[step].Checks.Count > 0)
        {
            _inFlight[(step, attempt)] = Phase.Checks;
        }
        else
        {
            Checked(step, attempt);
        }
    }

    private void Checked(int step, int attempt)
    {
        _inFlight.Remove((step, attempt));
        if (_workflow.Steps[step].Review is null)
        {
            Send(new JobCommand.ReportSucceeded(By(), Run, step, attempt, null));
        }
        else if (Send(new JobCommand.ReportReviewStarted(By(), Run, step, attempt)) > 0)
        {
            _inFlight[(step, attempt)] = Phase.Review;
        }
    }

    /// <summary>A report twice, or late.</summary>
    private void Again(JobCommand command)
    {
        var changed = Send(command) > 0;
        switch (command)
        {
            case JobCommand.Schedule c when changed:
                _inFlight[(c.Step, c.Attempt)] = Phase.Worker;
                break;
            case JobCommand.ReportReviewStarted c when changed:
                _inFlight[(c.Step, c.Attempt)] = Phase.Review;
                break;
            default:
                break;
        }

        Commit();
    }

    private int Send(JobCommand command)
    {
        _invariants.Before(_state);
        var events = Job.Decide(_state, command) is Decision.Accepted accepted ? accepted.Events : [];
        foreach (var happened in events)
        {
            _invariants.Each(_state, happened);
            _journal.Add(happened);
            Job.Evolve(_state, happened);
        }

        if (command.By.CommandId is not null && events.Count > 0)
        {
            Job.Decide(_state, command).ShouldBeOfType<Decision.Accepted>().Events.ShouldBeEmpty("a repeated command id did something");
        }

        _sent.Add(command);
        return events.Count;
    }

    private void Commit()
    {
        var from = _committed;
        _committed = JobStatuses.Transition(from, _state.Status);
        Pairs.Add((from, _committed));
        _invariants.After(_state, _workflow);
    }

    private Stamp By() => new(_now);

    private Stamp Ann() => new(_now, "ann", $"c{++_ids}");
}
