using System.Text.Json;
using Logist.Cli.Views;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobListCommand
{
    /// <summary>So many manifests are read at a time.</summary>
    private const int Batch = 250;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    internal sealed record Options(IReadOnlyList<JobStatus> Statuses, int? Limit, string? Cursor, bool Watch);

    public static CliCommand Build()
    {
        var status = Cli.Options.Many("--status", "status", "only jobs in this status (repeatable), for example intervention_required");
        var limit = Cli.Options.Value("--limit", "n", "at most so many jobs");
        var cursor = Cli.Options.Value("--cursor", "job", "go on after this job (next_cursor of the page before)");
        var watch = Cli.Options.Flag("--watch", "show the list again whenever it changes, until Ctrl-C");
        return new CliCommand("list", "Lists all jobs. A job whose files are damaged is listed as DAMAGED.")
        {
            Options = { status, limit, cursor, watch },
            Examples = ["logist job list", "logist job list --status running --status reviewing --json"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(
                Statuses(parse.GetValue(status) ?? []), Cli.Options.Number("--limit", parse.GetValue(limit), 1, 1_000_000),
                    parse.GetValue(cursor), parse.GetValue(watch)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        if (options.Watch && session.Globals.Json)
        {
            throw new LogistException(ErrorKind.Usage, "--watch does not go with --json", "--json prints one document",
                "logist job run --progress json");
        }

        var (rows, next) = Rows(session, options);
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(json => WriteJson(json, rows, next));
            return ExitCode.Ok;
        }

        var (shown, drawn) = (Lines(session, rows), 0);
        session.Terminal.WriteLines(shown);
        if (next is not null)
        {
            session.Terminal.WriteHint($"more: logist job list --limit {options.Limit} --cursor {next}");
        }

        session.Interrupts.Listen();
        while (options.Watch && !session.Interrupts.Stop.IsCancellationRequested && !session.Terminal.ReaderIsGone)
        {
            drawn = shown.Count;
            await Task.Delay(Pause, session.Surroundings.Time, ct);
            var lines = Lines(session, Rows(session, options).Rows);
            if (!lines.SequenceEqual(shown))
            {
                // In place on a terminal; a pipe or file gets a new table.
                session.Terminal.Out.Write(session.Terminal.OutputIsTty ? LiveProgress.Redraw(lines, drawn)
                    : $"\n{string.Join('\n', lines)}\n");
                shown = lines;
            }
        }

        return session.Interrupts.ExitCode ?? ExitCode.Ok;
    }

    private static List<string> Lines(Session session, IReadOnlyList<JobRow> rows) =>
        [.. ListView.Lines(rows, session.Jobs?.Current()?.Value, session.Surroundings.Time.GetUtcNow(), session.Terminal.OutWidth,
            session.Terminal.OutStyle)];

    private static (List<JobRow> Rows, string? Next) Rows(Session session, Options options)
    {
        var rows = new List<JobRow>();
        string? next = null;
        foreach (var row in AllAfter(session, options.Cursor))
        {
            if (options.Statuses.Count > 0 && (JobStatuses.Parse(row.Status) is not { } status || !options.Statuses.Contains(status)))
            {
                continue;
            }

            if (rows.Count == options.Limit)
            {
                next = rows[^1].JobId;
                break;
            }

            rows.Add(row);
        }

        return (rows, next);
    }

    private static IEnumerable<JobRow> AllAfter(Session session, string? cursor)
    {
        var jobs = session.Jobs?.List() ?? [];
        foreach (var batch in jobs.Where(job => cursor is null || string.CompareOrdinal(job.Value, cursor) > 0).Chunk(Batch))
        {
            foreach (var head in session.Store.Heads(batch))
            {
                yield return JobRow.Of(head);
            }
        }
    }

    private static List<JobStatus> Statuses(string[] words) =>
    [
        .. words.Select(word => JobStatuses.Parse(word.Replace('-', '_')) ?? throw new LogistException(
            ErrorKind.Usage, $"\"{word}\" is not a status", $"statuses are {string.Join(", ", JobStatuses.All.Select(s => s.Text()))}",
            DidYouMean.For(word, JobStatuses.All.Select(s => s.Text())) is { } near ? [$"did you mean: {near}"] : [])),
    ];

    private static void WriteJson(Utf8JsonWriter json, List<JobRow> rows, string? next)
    {
        json.WriteStartObject();
        json.WriteString("schema", "logist.jobs/v1");
        json.WriteStartArray("items");
        foreach (var row in rows)
        {
            row.Write(json);
        }

        json.WriteEndArray();
        json.WriteString("next_cursor", next);
        json.WriteEndObject();
    }
}
