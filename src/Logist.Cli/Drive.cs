using System.Collections;
using Logist.Agents;
using Logist.Cli.Views;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Git;
using Logist.Views;

namespace Logist.Cli;

/// <summary>Drives a job in the foreground: progress on stderr, the summary on stdout, the outcome as exit code.</summary>
internal static class Drive
{
    public static EngineServices Services(Session session)
    {
        var config = session.Config();
        return new EngineServices(session.Store, session.JobsDirectory, session.Surroundings.Time, Variables(), OwnProgram())
        {
            LogDirectory = Path.Combine(session.Surroundings.LogistHome(), "logs"),
            Agents = config.Agents,
            Prices = config.Prices,
            Versions = new ProgramVersions(session.Surroundings.LogistHome(), session.Surroundings.Time),
        };
    }

    /// <summary>
    /// The job, with branch and workspace as its journal says. What a person changed in a workspace that was left behind would not be
    /// taken for a change, and the branch would show an earlier result.
    /// </summary>
    public static async Task<OpenedJob> SettledAsync(Session session, OpenedJob opened, CancellationToken ct)
    {
        if (!Worker.IsBehind(session.Store, opened.Id, opened.Loaded.State))
        {
            return opened;
        }

        await Worker.SettleAsync(Services(session), opened.Id);
        return await OpenedJob.ReadAsync(session, opened.Id, ct);
    }

    /// <param name="known">The job as the caller has read it; folded once, not twice: a large job takes tens of megabytes each
    /// time.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Session session, JobId job, RunOptions options, TimeSpan? timeout, LoadedJob? known = null)
    {
        var loaded = known ?? new LoadedJob();
        _ = await loaded.CatchUpAsync(session.Store, job, CancellationToken.None);
        var failedBefore = loaded.State.Run?.Failed.Count ?? 0;
        if (options.Request is null && WhyNot(session, loaded.State) is { } code)
        {
            await Worker.SettleAsync(Services(session), job);
            return code;
        }

        session.Interrupts.Listen();
        using var over = timeout is { } limit ? new CancellationTokenSource(limit, session.Surroundings.Time)
            : new CancellationTokenSource();
        using var detach = CancellationTokenSource.CreateLinkedTokenSource(session.Interrupts.Detach, over.Token);
        var progress = RunProgress.For(session);
        var result = await Worker.RunAsync(Services(session), job, options with { Who = () => Who(session, null) }, (current, news) =>
        {
            foreach (var stored in news)
            {
                progress.Happened(stored, current.State);
            }

            progress.Tick(current.State);
        }, session.Interrupts.Stop, detach.Token, loaded);
        progress.Finish(result.Job.State);
        if (options.NoRun && result.End == RunEnd.AtRest)
        {
            Request.Tell(session, result.Job.State, $"{job} is {result.Job.State.Status.Text()}");
            session.Terminal.WriteHint($"go on with: {Advice.Next(result.Job.State)[0]}");
            return ExitCode.Ok;
        }

        // Who was left or overtaken reads what is durable now; otherwise that is what the run itself ended with.
        Summary(session, result.End is RunEnd.Detached or RunEnd.Superseded
            ? await OpenedJob.ReadAsync(session, job, CancellationToken.None)
            : new OpenedJob(job, session.LayoutOf(job), result.Job));
        return Outcome(session, result, options, failedBefore, over.IsCancellationRequested);
    }

    /// <summary>R1.9: on a job that rests nothing is started, and what can be done is named.</summary>
    /// <returns>Null: it may run.</returns>
    private static int? WhyNot(Session session, JobState job)
    {
        if (job.CancelRequested is not null && !job.Canceled)
        {
            return null;
        }

        switch (job.Status)
        {
            case JobStatus.Success:
                SayDone(session, job.Id, job.Run!.StaleSteps.Count());
                return ExitCode.Ok;
            case JobStatus.Canceled or JobStatus.InterventionRequired or JobStatus.ApprovalRequired or JobStatus.Suspended:
                var refusal = JobVerbs.Guard(job, JobVerb.Run)!;
                session.Terminal.WriteError(refusal);
                return job.Status == JobStatus.Canceled ? ErrorKind.WrongState.Exit : ExitCode.Of(job);
            default:
                return null;
        }
    }

    /// <summary>R1.9: nothing is started, and what can be done again is named.</summary>
    /// <param name="stale">How many of its steps are out of date.</param>
    public static void SayDone(Session session, string job, int stale)
    {
        session.Terminal.WriteHint($"{job} is SUCCESS: nothing to run");
        foreach (var (command, what) in Advice.Done(job, stale))
        {
            session.Terminal.WriteHint($"  {what}: {command}");
        }
    }

    private static int Outcome(Session session, RunResult result, RunOptions options, int failedBefore, bool timedOut)
    {
        var job = result.Job.State;
        switch (result.End)
        {
            case RunEnd.Superseded:
                session.Terminal.WriteError(new Problem(ErrorKind.Superseded, $"{job.Id} was taken over by another process", null,
                    $"logist job status {job.Id}"));
                return ErrorKind.Superseded.Exit;
            case RunEnd.Detached when timedOut:
                session.Terminal.WriteHint($"{job.Id} is still running; go on with: logist job run {job.Id}");
                return ExitCode.StillRunning;
            case RunEnd.Detached or RunEnd.Interrupted:
                session.Terminal.WriteHint($"go on with: logist job run {job.Id}");
                return session.Interrupts.ExitCode ?? ExitCode.Interrupted;
            default:
                if (options.Request is JobCommand.Restep restep)
                {
                    return RestepOutcome(session, job, restep.Step);
                }

                // One step, or up to a step: what was asked for is done, though the job is not.
                return job.Status == JobStatus.Pending && (options.OneStep || options.Until is not null || options.Request is not null)
                    ? job.Run!.Failed.Count > failedBefore ? ExitCode.Failed : ExitCode.Ok
                    : options.OneStep && job.Status == JobStatus.InterventionRequired ? ExitCode.Failed
                    : ExitCode.Of(job);
        }
    }

    /// <summary>Of the one step, whatever else the job waits for.</summary>
    private static int RestepOutcome(Session session, JobState job, int step) => job.Run!.Tasks[step].LastAttempt?.Status switch
    {
        AttemptStatus.Success => ExitCode.Ok,
        AttemptStatus.Failed => ExitCode.Failed,
        AttemptStatus.Canceled => ExitCode.Failed,
        _ => session.Interrupts.ExitCode ?? ExitCode.Failed,
    };

    private static void Summary(Session session, OpenedJob opened)
    {
        var state = opened.Loaded.State;
        var facts = new StatusFacts(session.Surroundings.Time.GetUtcNow(), opened.Layout.Workspace, OwnerAlive: false);
        if (session.Globals.Json)
        {
            opened.WriteStatus(session, facts);
            return;
        }

        session.Terminal.WriteLines(StatusView.Lines(opened.Loaded.State, facts, session.Terminal.OutWidth, session.Terminal.OutStyle));
        if (state.Status == JobStatus.InterventionRequired && state.Run is { Failed.Count: > 0 } run)
        {
            LastLines(session, opened, run, run.Failed.Min);
        }
    }

    private static void LastLines(Session session, OpenedJob opened, RunState run, int step)
    {
        var task = run.Tasks[step];
        if (task.LastAttempt is not { } attempt)
        {
            return;
        }

        var id = new AttemptId(opened.Id.Value, run.Number, run.Workflow.Steps[step].Id, attempt.Number);
        var parser = ReadableLog.Parser(run, attempt.Agent, () => session.Config().Agents);
        var tail = ReadableLog.ReadTail(opened.Layout.Attempt(id), parser, lines: 10);
        if (tail.Length > 0)
        {
            session.Terminal.WriteLines([$"last lines of {id.Step} #{id.Number}:"]);
            session.Terminal.WriteLines(System.Text.Encoding.UTF8.GetString(tail.Span).TrimEnd('\n').Split('\n')
                .Select(line => $"  │ {SafeText.Escape(line)}"));
        }
    }

    /// <summary><c>--by</c>, else git's <c>user.name</c>, else the login name.</summary>
    public static string Who(Session session, string? by) =>
        by ?? (session.Surroundings.CurrentDirectory() is { } directory ? SourceRepository.Identity(directory).Name : null)
        ?? session.Surroundings.Get("USER") ?? Environment.UserName;

    /// <summary>For commands of people: when, who, and an id that makes a repetition harmless.</summary>
    public static Stamp Stamp(Session session, string? by) =>
        new(Stamps.Now(session.Surroundings.Time), Who(session, by), Guid.NewGuid().ToString("n"));

    private static Dictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return variables;
    }

    private static string[] OwnProgram()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Logist.Cli");
        return [program];
    }
}
