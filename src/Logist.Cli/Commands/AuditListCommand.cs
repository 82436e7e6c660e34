using Logist.Cli.Views;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class AuditListCommand
{
    internal sealed record Options(string? Since, int? Limit);

    public static CliCommand Build()
    {
        var since = Cli.Options.Value("--since", "when", "nothing older: a time such as 2026-11-20 or 2026-11-20T10:00:00Z, or how long "
            + "ago, such as 2h or 7d");
        var limit = Cli.Options.Value("--limit", "n", "at most so many");
        return new CliCommand("list", "Shows what people asked for, of all jobs, newest first: who, what and why.")
        {
            Options = { since, limit },
            Remarks = "What a request led to, and what Logist did by itself, is in the history of the job: logist job history.",
            Examples = ["logist audit list --since 7d", "logist audit list --since 2026-11-20 --json"],
            Execute = (session, parse, _) => Task.FromResult(Execute(session, new Options(parse.GetValue(since),
                Cli.Options.Number("--limit", parse.GetValue(limit), 1, int.MaxValue)))),
        };
    }

    private static int Execute(Session session, Options options)
    {
        var since = Cli.Options.Since("--since", options.Since, session.Surroundings.Time.GetUtcNow());
        var entries = session.Jobs is not { } jobs ? []
            : AuditEntry.Read(session.Store, jobs.List(), since, e => session.Terminal.WriteWarning(e.Problem.What));
        var shown = entries.Take(options.Limit ?? int.MaxValue).ToList();
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("schema", "logist.audit/v1");
                json.WriteStartArray("items");
                foreach (var entry in shown)
                {
                    entry.Write(json);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
        else
        {
            session.Terminal.WriteLines(AuditView.Lines(shown, session.Terminal.OutWidth, session.Terminal.OutStyle));
        }

        return ExitCode.Ok;
    }
}
