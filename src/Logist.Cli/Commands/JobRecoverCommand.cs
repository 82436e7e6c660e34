using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Stores;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class JobRecoverCommand
{
    internal sealed record Options(string? Job, bool FromJournal, bool Accept);

    public static CliCommand Build()
    {
        var job = Cli.Options.Job();
        var fromJournal = Cli.Options.Flag("--from-journal",
            "rebuild the manifest from the journal (what happens anyway when the manifest is bad)");
        var accept = Cli.Options.Flag("--accept", "give up a damaged part of the journal and all after it; a copy is kept");
        return new CliCommand("recover", "Repairs a job's manifest or the end of its journal, says what it did, keeps copies.")
        {
            Arguments = { job },
            Options = { fromJournal, accept },
            Remarks = "All other commands only report damage and change nothing.",
            Examples = ["logist job recover fix-login", "logist job recover fix-login --accept"],
            Execute = (session, parse, ct) =>
                ExecuteAsync(session, new Options(parse.GetValue(job), parse.GetValue(fromJournal), parse.GetValue(accept)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        var id = JobReference.Resolve(session, options.Job);
        var layout = session.LayoutOf(id);
        var files = session.Store as FileJobStore ?? throw new LogistException(ErrorKind.Usage, "a database has nothing to recover",
            "its own log keeps journals whole, and manifests are made anew", "restore the database from a backup");
        var result = await new JournalRecovery(files, session.Surroundings.Time).RecoverAsync(
            id, options.Accept, Drive.Stamp(session, null), position =>
            {
                var job = new LoadedJob();
                _ = job.CatchUpAsync(session.Store, id, ct).GetAwaiter().GetResult();
                return ManifestDocument.Render(job.State, job.Recent, position.Offset, layout);
            }, ct);
        var job = await LoadedJob.LoadAsync(session.Store, id, ct);
        var said = result.Done.Select(done => $"{id}: {done}").Concat(result.Kept.Select(kept => $"kept: {kept}"));
        Request.Tell(session, job.State, result.Done.Count == 0 ? $"{id}: nothing to repair" : string.Join('\n', said), json =>
        {
            WriteTexts(json, "done", result.Done);
            WriteTexts(json, "kept", result.Kept);
        });
        session.Terminal.WriteHint($"{id} is {job.State.Status.Text()}; go on with: {Advice.Next(job.State)[0]}");
        return ExitCode.Ok;
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
