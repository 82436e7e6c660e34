using System.Text;
using Logist.Cli.Output;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Git;

namespace Logist.Cli.Commands;

internal static class JobDiffCommand
{
    internal sealed record Options(string? Job, string? Step, int? Attempt, string? Against, bool Stat, bool NameOnly);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var step = Cli.Options.Optional("step", "number from 1, or id (default: the whole job, from its base to its branch)");
        var attempt = Cli.Options.Value("--attempt", "n", "which attempt (default: the accepted one, else the latest)");
        var against = Cli.Options.Value("--against", "base|input|previous|n",
            "compare with the job's base, the attempt's input (default), the attempt before, or attempt n");
        var stat = Cli.Options.Flag("--stat", "only how much changed per file");
        var nameOnly = Cli.Options.Flag("--name-only", "only the names of changed files");
        return new CliCommand("diff", "Shows what an attempt changed, as git prints it.")
        {
            Arguments = { job, step },
            Options = { attempt, against, stat, nameOnly },
            Examples = ["logist job diff fix-login", "logist job diff fix-login implement --stat",
                "logist job diff fix-login implement --against previous"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), parse.GetValue(step), Cli.Options.Number("--attempt", parse.GetValue(attempt), 1, int.MaxValue),
                parse.GetValue(against), parse.GetValue(stat), parse.GetValue(nameOnly)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var opened = await OpenedJob.ReadAsync(session, JobReference.Resolve(session, options.Job), ct);
        var repository = new JobRepository(opened.Layout);
        var (from, to) = options.Step is null
            ? WholeJob(opened, repository, options)
            : OfAttempt(opened, repository, StepReference.Resolve(opened.Loaded.State.Run!, options.Step), options);
        using var diff = new MemoryStream();
        repository.Diff(from, to, new DiffOptions { Stat = options.Stat, NameOnly = options.NameOnly }, diff);
        Write(session, opened.Id, from, to, diff.GetBuffer().AsSpan(0, (int)diff.Length));
        return ExitCode.Ok;
    }

    private static (string From, string To) WholeJob(OpenedJob opened, JobRepository repository, Options options)
    {
        if (options.Attempt is not null || options.Against is not null)
        {
            throw new LogistException(ErrorKind.Usage, "--attempt and --against need a <step>", null,
                $"logist job diff {opened.Id} <step>");
        }

        if (Worker.IsBehind(opened.Loaded.State, opened.Layout))
        {
            throw new LogistException(ErrorKind.WrongState, $"the branch of {opened.Id} is not written yet", "its run was killed just before",
                $"logist job run {opened.Id}");
        }

        var head = opened.Loaded.State.Head ?? throw Nothing($"{opened.Id} has no result yet", $"logist job diff {opened.Id} <step>");
        return (Base(opened, repository), head);
    }

    private static (string From, string To) OfAttempt(OpenedJob opened, JobRepository repository, TaskState task, Options options)
    {
        var run = opened.Loaded.State.Run!;
        var step = run.Workflow.Steps[task.Step].Id;
        var attempt = options.Attempt is null && task.Accepted is { } accepted ? accepted
            : StepReference.Attempt(run, task, options.Attempt);
        var to = Output(step, attempt);
        return (options.Against switch
        {
            null or "input" => attempt.Input ?? Base(opened, repository),
            "base" => Base(opened, repository),
            "previous" =>
                Output(step, StepReference.Attempt(run, task,
                    attempt.Number > 1 ? attempt.Number - 1 : throw Nothing($"{step} #1 has no attempt before it"))),
            var number => Output(step, StepReference.Attempt(run, task, Cli.Options.Number("--against", number, 1, int.MaxValue))),
        }, to);
    }

    private static string Output(string step, AttemptState attempt) =>
        attempt.Result?.Commit ?? throw Nothing($"{step} #{attempt.Number} has no output",
            attempt.Place == "scratch" ? null : "logist job status");

    private static string Base(OpenedJob opened, JobRepository repository) =>
        (Directory.Exists(opened.Layout.Repository) ? repository.ReadBase() : null)
            ?? throw Nothing($"{opened.Id} has no files yet: no step needed any");

    private static LogistException Nothing(string what, string? fix = null) =>
        new(ErrorKind.NotFound, what, null, fix is null ? [] : [fix]);

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
