using System.Text;
using Logist.Cli.Output;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Cli.Views;

/// <summary>What people changed in a job's workspace while it was at rest: who, when, and the patch.</summary>
internal static class HumanChanges
{
    /// <param name="Run">The run that was current; 0: none yet.</param>
    internal sealed record Change(long Seq, int Run, JobEvent.JobHumanChange Happened);

    /// <param name="only">Null: of every run.</param>
    public static List<Change> Of(Session session, JobId job, int? only)
    {
        var (changes, run) = (new List<Change>(), 0);
        foreach (var stored in session.Store.Read(job, 0))
        {
            run = stored.Event is JobEvent.RunCreated created ? created.Run : run;
            if (stored.Event is JobEvent.JobHumanChange change && (only ?? run) == run)
            {
                changes.Add(new Change(stored.Seq, run, change));
            }
        }

        return changes;
    }

    public static void Write(Session session, JobId job, List<(Change Change, byte[] Diff)> changes)
    {
        var terminal = session.Terminal;
        if (session.Globals.Json)
        {
            WriteJson(terminal, job, changes);
            return;
        }

        if (changes.Count == 0)
        {
            terminal.WriteHint($"nobody changed anything in the workspace of {job}");
        }

        foreach (var ((seq, run, happened), diff) in changes)
        {
            // git apply passes over such a line, so that what is piped stays a patch.
            terminal.WriteLines([$"==> change {seq} in run {run}, {Author(happened)}{Amounts.Time(happened.By.At)} <=="]);
            if (terminal.OutputIsTty)
            {
                terminal.WriteLines(DiffText.Lines(Encoding.UTF8.GetString(diff), terminal.OutStyle));
            }
            else
            {
                terminal.WriteBytes(diff);
            }
        }
    }

    /// <summary>A run that notices a change does not know whose it is.</summary>
    private static string Author(JobEvent.JobHumanChange happened) =>
        happened.By.Actor == Stamp.Engine ? "" : $"by {SafeText.OneLine(happened.By.Actor)}, ";

    private static void WriteJson(Terminal terminal, JobId job, List<(Change Change, byte[] Diff)> changes) => terminal.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("schema", "logist.human_changes/v1");
        json.WriteString("job_id", job.Value);
        json.WriteStartArray("items");
        foreach (var ((seq, run, happened), diff) in changes)
        {
            json.WriteStartObject();
            json.WriteNumber("seq", seq);
            json.WriteTime("at", happened.By.At);
            json.WriteString("by", happened.By.Actor == Stamp.Engine ? null : happened.By.Actor);
            json.WriteString("run", $"{job}.{run}");
            json.WriteStartArray("files");
            foreach (var file in happened.Files)
            {
                json.WriteStringValue(file);
            }

            json.WriteEndArray();
            json.WriteString("from", happened.BaseCommit);
            json.WriteString("to", happened.Commit);
            json.WriteString("diff", Encoding.UTF8.GetString(diff));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
