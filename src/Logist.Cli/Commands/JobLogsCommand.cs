using System.Text;
using Logist.Agents.Streams;
using Logist.Cli.Output;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobLogsCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    internal sealed record Options(string? Job, string? Step, string? Attempt, bool Follow, bool Failed, int? Tail, string? Stream,
        bool Raw, int? Run);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var step = Cli.Options.Optional("step", "number from 1, or id (default: the step that is active, failed, or ran last)");
        var attempt = Cli.Options.Value("--attempt", "n|all", "which attempt (default: the latest); all: of every run");
        var run = Cli.Options.Run();
        var follow = Cli.Options.Flag("--follow", "go on until the attempt is over", "-f");
        var failed = Cli.Options.Flag("--failed", "the latest attempt of every failed step");
        var tail = Cli.Options.Value("--tail", "n", "only the last lines");
        var stream = Cli.Options.Choice("--stream", "only what went to one stream", "out", "err");
        var raw = Cli.Options.Flag("--raw", "bytes as they are, into a pipe or file only; otherwise control characters are escaped, and "
            + "the events that an agent printed are shown as readable lines");
        return new CliCommand("logs", "Shows what a step printed; kept for every attempt for ever.")
        {
            Arguments = { job, step },
            Options = { attempt, run, follow, failed, tail, stream, raw },
            Examples = ["logist job logs fix-login test --tail 50", "logist job logs fix-login -f",
                "logist job logs fix-login test --run 1 --attempt 2", "logist job logs fix-login test --attempt 1 --raw >test.log"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), parse.GetValue(step), parse.GetValue(attempt), parse.GetValue(follow), parse.GetValue(failed),
                Cli.Options.Number("--tail", parse.GetValue(tail), 1, int.MaxValue), parse.GetValue(stream), parse.GetValue(raw),
                Cli.Options.Number("--run", parse.GetValue(run), 1, int.MaxValue)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        Check(session, options);
        var opened = await OpenedJob.ReadAsync(session, JobReference.Resolve(session, options.Job), ct);
        var job = opened.Loaded.State;
        var chosen = job.Run is null ? [] : Choose(job, StepReference.Run(job, options.Run), options).ToList();
        if (options.Follow && chosen is [var one])
        {
            await FollowAsync(session, opened, one, ct);
            return ExitCode.Ok;
        }

        if (session.Globals.Json)
        {
            WriteJson(session, opened, chosen, options);
            return ExitCode.Ok;
        }

        foreach (var found in chosen)
        {
            if (chosen.Count > 1)
            {
                session.Terminal.Out.WriteLine($"==> {found.Name(job)} <==");
            }

            Write(session.Terminal, Read(session, opened, found, options).Span, options.Raw);
        }

        return ExitCode.Ok;
    }

    private static void Check(Session session, Options options)
    {
        if (options.Raw && session.Terminal.OutputIsTty)
        {
            throw new LogistException(ErrorKind.Usage, "--raw writes into a pipe or file only",
                "what steps print may contain escape sequences");
        }

        if (options.Follow && (options.Stream is not null || options.Failed || options.Attempt == "all" || options.Raw
            || session.Globals.Json))
        {
            throw new LogistException(ErrorKind.Usage,
                "-f shows one attempt as text: it does not go with --stream, --failed, --attempt all, --raw or --json");
        }
    }

    private static IEnumerable<FoundAttempt> Choose(JobState job, RunState run, Options options)
    {
        if (options.Failed)
        {
            return run.Failed.Select(step => run.Tasks[step]).Where(task => task.LastAttempt is not null).Select(task =>
                new FoundAttempt(run, task, task.LastAttempt!));
        }

        var task = options.Step is { } named ? StepReference.Resolve(run, named) : StepReference.MostInteresting(run);
        return task is null ? throw new LogistException(ErrorKind.NotFound, "no step has run yet")
            : options.Attempt == "all"
                ? StepReference.All(job, run.Workflow.Steps[task.Step].Id, options.Run is null ? null : run)
            : [StepReference.Attempt(job, run, task, Cli.Options.Number("--attempt", options.Attempt, 1, int.MaxValue))];
    }

    private static string Directory(OpenedJob opened, FoundAttempt found) => opened.Layout.Attempt(found.Id(opened.Id));

    private static ReadOnlyMemory<byte> Read(Session session, OpenedJob opened, FoundAttempt found, Options options)
    {
        var parser = options.Raw ? null : Parser(session, found);
        var text = ReadableLog.Read(Directory(opened, found), parser, options.Stream);
        return options.Tail is { } lines ? AttemptLog.Tail(text, lines) : text;
    }

    private static Func<IEventParser>? Parser(Session session, FoundAttempt found) =>
        ReadableLog.Parser(found.Run, found.Attempt.Agent, () => session.Config().Agents);

    private static void Write(Terminal terminal, ReadOnlySpan<byte> text, bool raw)
    {
        if (raw)
        {
            terminal.WriteBytes(text);
            return;
        }

        terminal.Out.Write(SafeText.Escape(Encoding.UTF8.GetString(text).ReplaceLineEndings("\n")));
        if (text.Length > 0 && text[^1] != '\n')
        {
            terminal.Out.WriteLine();
        }
    }

    private static async Task FollowAsync(Session session, OpenedJob opened, FoundAttempt found, CancellationToken ct)
    {
        session.Interrupts.Listen();
        var follower = new LogFollower(Directory(opened, found), Parser(session, found), session.Terminal);
        while (true)
        {
            // Looked up before reading, so that what was printed last is not missed.
            var over = found.Attempt.Status != AttemptStatus.Running;
            await follower.WriteNewAsync(over, ct);
            if (over || session.Terminal.ReaderIsGone)
            {
                return;
            }

            await Task.Delay(Pause, session.Surroundings.Time, ct);
            _ = await opened.Loaded.CatchUpAsync(session.Store, opened.Id, ct);
        }
    }

    private static void WriteJson(Session session, OpenedJob opened, List<FoundAttempt> chosen, Options options) =>
        session.Terminal.WriteJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("schema", "logist.logs/v1");
            json.WriteString("job_id", opened.Id.Value);
            json.WriteStartArray("items");
            foreach (var found in chosen)
            {
                json.WriteStartObject();
                json.WriteString("attempt", found.Id(opened.Id).ToString());
                json.WriteString("text", Encoding.UTF8.GetString(Read(session, opened, found, options).Span));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
}
