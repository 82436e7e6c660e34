using Logist.Core;
using Logist.Core.Jobs;
using Logist.Views;

namespace Logist.Cli.Commands;

internal static class ApprovalsListCommand
{
    private sealed record Gate(string Job, string Step, GateState State);

    public static CliCommand Build() => new("list", "Shows every gate that waits for a person, oldest first.")
    {
        Examples = ["logist approvals list", "logist approvals list --json"],
        Execute = (session, _, ct) => ExecuteAsync(session, ct),
    };

    private static async Task<int> ExecuteAsync(Session session, CancellationToken ct)
    {
        var gates = new List<Gate>();
        foreach (var id in session.Jobs?.List() ?? [])
        {
            try
            {
                var opened = await OpenedJob.ReadAsync(session, id, ct);
                if (opened.Loaded.State.Run is { } run)
                {
                    gates.AddRange(run.OpenGates.Select(step => new Gate(id.Value, run.Workflow.Steps[step].Id, run.Tasks[step].Gate!)));
                }
            }
            catch (JobStateException e)
            {
                session.Terminal.WriteWarning(e.Problem.What);
            }
        }

        gates.Sort((a, b) => a.State.RequestedAt.CompareTo(b.State.RequestedAt));
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("schema", "logist.approvals/v1");
                json.WriteStartArray("items");
                foreach (var gate in gates)
                {
                    json.WriteStartObject();
                    json.WriteString("job_id", gate.Job);
                    json.WriteString("step", gate.Step);
                    json.WriteString("message", gate.State.Message);
                    json.WriteTime("requested_at", gate.State.RequestedAt);
                    json.WriteString("input_commit", gate.State.Input);
                    json.WriteString("input_tree", gate.State.Tree);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
            return ExitCode.Ok;
        }

        if (gates.Count == 0)
        {
            session.Terminal.WriteHint("nothing waits for approval");
        }

        foreach (var gate in gates)
        {
            session.Terminal.WriteLines([
                $"? {gate.Job}  {gate.Step}  {SafeText.OneLine(gate.State.Message ?? "")}".TrimEnd(),
                $"    logist job approve {gate.Job} {gate.Step}   |   logist job reject {gate.Job} {gate.Step} --reason \"…\"",
            ]);
        }

        return ExitCode.Ok;
    }
}
