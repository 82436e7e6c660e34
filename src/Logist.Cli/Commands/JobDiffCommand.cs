using System.Text;
using Logist.Cli.Output;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Git;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobDiffCommand
{
    internal sealed record Options(string? Job, string? Step, int? Attempt, string? Against, bool Stat, bool NameOnly)
    {
        public int? Run { get; init; }

        public bool Human { get; init; }
    }

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var step = Cli.Options.Optional("step", "number from 1, or id (default: the whole job, from its base to its branch)");
        var attempt = Cli.Options.Value("--attempt", "n", "which attempt (default: the accepted one, else the latest)");
        var run = Cli.Options.Run();
        var against = Cli.Options.Value("--against", "base|input|previous|n",
            "compare with the run's base, the attempt's input (default), the attempt before (also of an earlier run), attempt n, "
            + "or r.n of run r");
        var human = Cli.Options.Flag("--human", "what people changed in the workspace while the job was at rest");
        var stat = Cli.Options.Flag("--stat", "only how much changed per file");
        var nameOnly = Cli.Options.Flag("--name-only", "only the names of changed files");
        return new CliCommand("diff", "Shows what an attempt changed, as git prints it.")
        {
            Arguments = { job, step },
            Options = { attempt, run, against, human, stat, nameOnly },
            Examples = ["logist job diff fix-login", "logist job diff fix-login implement --stat",
                "logist job diff fix-login implement --against previous", "logist job diff fix-login implement --run 1 --attempt 2",
                "logist job diff fix-login --human --stat"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), parse.GetValue(step), Cli.Options.Number("--attempt", parse.GetValue(attempt), 1, int.MaxValue),
                parse.GetValue(against), parse.GetValue(stat), parse.GetValue(nameOnly))
            {
                Run = Cli.Options.Number("--run", parse.GetValue(run), 1, int.MaxValue), Human = parse.GetValue(human),
            }, ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var opened = await OpenedJob.ReadAsync(session, JobReference.Resolve(session, options.Job), ct);
        var repository = new JobRepository(opened.Layout);
        var run = StepReference.Run(opened.Loaded.State, options.Run);
        if (options.Human)
        {
            return HumanChanges(session, opened, repository, options);
        }

        var (from, to) = options.Step is null
            ? WholeJob(session, opened, run, options)
            : OfAttempt(opened, run, StepReference.Resolve(run, options.Step), options);
        Write(session, opened.Id, from, to, Diff(repository, from, to, options));
        return ExitCode.Ok;
    }

    private static byte[] Diff(JobRepository repository, string from, string to, Options options)
    {
        using var diff = new MemoryStream();
        repository.Diff(from, to, new DiffOptions { Stat = options.Stat, NameOnly = options.NameOnly }, diff);
        return diff.ToArray();
    }

    private static int HumanChanges(Session session, OpenedJob opened, JobRepository repository, Options options)
    {
        if (options.Step is not null || options.Attempt is not null || options.Against is not null)
        {
            throw new LogistException(ErrorKind.Usage,
                "--human is about the whole job: it does not go with a <step>, --attempt or --against", null,
                $"logist job diff {opened.Id} --human");
        }

        var changes = Views.HumanChanges.Of(session, opened.Id, options.Run)
            .ConvertAll(change => (change, Diff(repository, change.Happened.BaseCommit, change.Happened.Commit, options)));
        Views.HumanChanges.Write(session, opened.Id, changes);
        return ExitCode.Ok;
    }

    private static (string From, string To) WholeJob(Session session, OpenedJob opened, RunState run, Options options)
    {
        if (options.Attempt is not null || options.Against is not null)
        {
            throw new LogistException(ErrorKind.Usage, "--attempt and --against need a <step>", null,
                $"logist job diff {opened.Id} <step>");
        }

        var current = run == opened.Loaded.State.Run;
        if (current && Worker.IsBehind(session.Store, opened.Id, opened.Loaded.State))
        {
            throw new LogistException(ErrorKind.WrongState, $"the branch of {opened.Id} is not written yet",
                "its run was killed just before", $"logist job run {opened.Id}");
        }

        var head = (current ? opened.Loaded.State.Head : HeadOf(session, opened.Id, run.Number))
            ?? throw new LogistException(ErrorKind.NotFound, $"{opened.Id} has no result yet", null, $"logist job diff {opened.Id} <step>");
        return (AttemptDiff.Base(opened.Loaded.State, opened.Layout, run), head);
    }

    /// <summary>The branch of an earlier run as it was when the next one began.</summary>
    private static string? HeadOf(Session session, JobId job, int run)
    {
        string? head = null;
        foreach (var stored in session.Store.Read(job, 0))
        {
            if (stored.Event is JobEvent.RunCreated { Run: var number } && number > run)
            {
                break;
            }

            head = stored.Event switch { JobEvent.RunCreated => null, JobEvent.JobRested rested => rested.Head, _ => head };
        }

        return head;
    }

    private static (string From, string To) OfAttempt(OpenedJob opened, RunState run, TaskState task, Options options)
    {
        var job = opened.Loaded.State;
        var found = (options.Attempt is null ? StepReference.Accepted(job, run, task) : null)
            ?? StepReference.Attempt(job, run, task, options.Attempt);
        return AttemptDiff.Range(job, opened.Layout, run, found, options.Against);
    }

    private static void Write(Session session, JobId job, string from, string to, ReadOnlySpan<byte> diff)
    {
        var terminal = session.Terminal;
        if (session.Globals.Json)
        {
            var text = Encoding.UTF8.GetString(diff);
            terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("schema", "logist.diff/v1");
                json.WriteString("job_id", job.Value);
                json.WriteString("from", from);
                json.WriteString("to", to);
                json.WriteString("diff", text);
                json.WriteEndObject();
            });
        }
        else if (terminal.OutputIsTty)
        {
            terminal.WriteLines(DiffText.Lines(Encoding.UTF8.GetString(diff), terminal.OutStyle));
        }
        else
        {
            // What goes into a pipe or a file may be applied: every byte as git wrote it.
            terminal.WriteBytes(diff);
        }
    }
}
