using Logist.Cli.Views;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Stores;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobHistoryCommand
{
    internal sealed record Options(string? Job, int? Run, string? Step, string? Type, bool Reverse, int? Limit);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var run = Cli.Options.Value("--run", "n", "only this run");
        var step = Cli.Options.Value("--step", "step", "only this step");
        var type = Cli.Options.Value("--type", "type", "only events of this type, or of this beginning: task.failed, approval");
        var reverse = Cli.Options.Flag("--reverse", "newest first");
        var limit = Cli.Options.Value("--limit", "n", "at most so many, the first ones in the order shown");
        return new CliCommand("history", "Shows every event of every run, oldest first.")
        {
            Arguments = { job },
            Options = { run, step, type, reverse, limit },
            Examples = ["logist job history fix-login", "logist job history fix-login --type task.failed --reverse --limit 1"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                parse.GetValue(job), Cli.Options.Number("--run", parse.GetValue(run), 1, int.MaxValue), parse.GetValue(step),
                    parse.GetValue(type),
                parse.GetValue(reverse), Cli.Options.Number("--limit", parse.GetValue(limit), 1, int.MaxValue)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var opened = await OpenedJob.ReadAsync(session, JobReference.Resolve(session, options.Job), ct);
        var job = opened.Loaded.State;
        var run = options.Run is null && job.Run is null ? null : StepReference.Run(job, options.Run);
        var step = options.Step is { } named && run is not null ? run.Workflow.Steps[StepReference.Resolve(run, named).Step].Id
            : options.Step;

        var events = session.Store.Read(opened.Id, 0).Where(stored => Wanted(stored.Event, options, step));
        if (options.Reverse)
        {
            events = events.Reverse();
        }

        if (options.Limit is { } limit)
        {
            events = events.Take(limit);
        }

        if (session.Globals.Json)
        {
            WriteJson(session, opened.Id, events);
        }
        else
        {
            session.Terminal.WriteLines(events.Select(stored =>
                HistoryView.Line(stored, session.Terminal.OutWidth, session.Terminal.OutStyle, session.Globals.Verbose)));
        }

        return ExitCode.Ok;
    }

    private static bool Wanted(JobEvent happened, Options options, string? step)
    {
        var (run, at, _) = EventText.Place(happened);
        return (options.Run is null || run == options.Run) && (step is null || at == step)
            && (options.Type is not { } type || EventJson.NameOf(happened) is var name
                && (name == type || name.StartsWith($"{type}.", StringComparison.Ordinal)));
    }

    private static void WriteJson(Session session, JobId job, IEnumerable<StoredEvent> events) => session.Terminal.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("schema", "logist.history/v1");
        json.WriteString("job_id", job.Value);
        json.WriteStartArray("items");
        foreach (var stored in events)
        {
            HistoryDocument.WriteEvent(json, job.Value, stored, withData: true);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
