using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using F = Logist.Stores.EventField;

namespace Logist.Stores;

/// <summary>The events of re-executions.</summary>
public static partial class EventJson
{
    private static void WriteAgainFields(Utf8JsonWriter w, JobEvent happened)
    {
        switch (happened)
        {
            case JobEvent.TaskReused e:
                Step(w, e.Run, e.Step);
                w.WriteNumber("from_run"u8, e.FromRun);
                Number(w, "attempt"u8, e.Attempt == 0 ? null : e.Attempt);
                break;
            case JobEvent.TaskSkipped e: Step(w, e.Run, e.Step); break;
            case JobEvent.TaskRestepRequested e:
                Step(w, e.Run, e.Step);
                w.WriteString("from"u8, e.From == RestepInput.Original ? "original" : "current");
                w.WriteString("why"u8, e.Why);
                Text(w, "input"u8, e.Input);
                Text(w, "reason"u8, e.Reason);
                Text(w, "plan_hash"u8, e.PlanHash);
                Text(w, "agent"u8, e.Difference?.Agent);
                Text(w, "model"u8, e.Difference?.Model);
                Text(w, "prompt_append"u8, e.Difference?.PromptAppend);
                Text(w, "workflow_sha"u8, e.Difference?.WorkflowSha);
                break;
            case JobEvent.TaskMarkedStale e: Step(w, e.Run, e.Step); w.WriteString("why"u8, e.Why); break;
            case JobEvent.TaskStaleCleared e: Step(w, e.Run, e.Step); break;
            case JobEvent.RunStaleRequested e:
                w.WriteNumber("run"u8, e.Run);
                List(w, "steps"u8, e.Steps);
                Text(w, "plan_hash"u8, e.PlanHash);
                break;
            case JobEvent.RunPartialRerunRequested e:
                w.WriteNumber("run"u8, e.Run);
                List(w, "selected"u8, e.Selected);
                List(w, "named"u8, e.Named);
                w.WriteString("reason"u8, e.Reason);
                Text(w, "plan_hash"u8, e.PlanHash);
                break;
            case JobEvent.RunDispatchHeld e: w.WriteNumber("run"u8, e.Run); Text(w, "reason"u8, e.Reason); break;
            case JobEvent.RunDispatchReleased e: w.WriteNumber("run"u8, e.Run); break;
            case JobEvent.TaskPartialRerunReset e:
                Step(w, e.Run, e.Step);
                w.WriteString("previous_status"u8, e.PreviousStatus);
                w.WriteString("reason"u8, e.Reason);
                break;
            case JobEvent.TaskResolved e:
                Step(w, e.Run, e.Step);
                Number(w, "attempt"u8, e.Attempt == 0 ? null : e.Attempt);
                w.WriteString("outcome"u8, e.Success ? "success" : "failed");
                w.WriteString("reason"u8, e.Reason);
                Flag(w, "keep"u8, e.Kept);
                Text(w, "input"u8, e.Input);
                Write(w, e.Result);
                break;
            default: WriteAttemptFields(w, happened); break;
        }
    }

    private static JobEvent? ReadAgain(EventObject o, Stamp by, string type, Func<string, WorkflowDefinition> workflow) => type switch
    {
        "task.reused" => new JobEvent.TaskReused(by, o.Int(F.Run), o.Text(F.Step), o.Int(F.FromRun),
            checked((int)o.NumberOrZero(F.Attempt))),
        "task.skipped" => new JobEvent.TaskSkipped(by, o.Int(F.Run), o.Text(F.Step)),
        "task.restep_requested" => ReadRestep(o, by, workflow),
        "task.marked_stale" => new JobEvent.TaskMarkedStale(by, o.Int(F.Run), o.Text(F.Step), o.Text(F.Why)),
        "task.stale_cleared" => new JobEvent.TaskStaleCleared(by, o.Int(F.Run), o.Text(F.Step)),
        "task.resolved" => new JobEvent.TaskResolved(by, o.Int(F.Run), o.Text(F.Step), checked((int)o.NumberOrZero(F.Attempt)),
            o.Text(F.Outcome) == "success", o.Text(F.Reason))
        {
            Kept = o.Flag(F.Keep), Input = o.TextOrNull(F.Input), Result = o.Result(),
        },
        "workflow_run.stale_requested" => new JobEvent.RunStaleRequested(by, o.Int(F.Run), o.List(F.Steps))
        {
            PlanHash = o.TextOrNull(F.PlanHash),
        },
        "workflow_run.partial_rerun_requested" => new JobEvent.RunPartialRerunRequested(by, o.Int(F.Run), o.List(F.Selected),
            o.List(F.Named), o.Text(F.Reason))
        {
            PlanHash = o.TextOrNull(F.PlanHash),
        },
        "workflow_run.dispatch_held" => new JobEvent.RunDispatchHeld(by, o.Int(F.Run), o.TextOrNull(F.Reason)),
        "workflow_run.dispatch_released" => new JobEvent.RunDispatchReleased(by, o.Int(F.Run)),
        "task.partial_rerun_reset" => new JobEvent.TaskPartialRerunReset(by, o.Int(F.Run), o.Text(F.Step), o.Text(F.PreviousStatus),
            o.Text(F.Reason)),
        _ => null,
    };

    private static JobEvent.TaskRestepRequested ReadRestep(EventObject o, Stamp by, Func<string, WorkflowDefinition> workflow)
    {
        var from = o.Text(F.From) switch
        {
            "original" => RestepInput.Original,
            "current" => RestepInput.Current,
            var other => throw new NewerFormatException($"restep from \"{other}\""),
        };
        var difference = new AttemptDifference
        {
            Agent = o.TextOrNull(F.Agent), Model = o.TextOrNull(F.Model), PromptAppend = o.TextOrNull(F.PromptAppend),
            WorkflowSha = o.TextOrNull(F.WorkflowSha),
        };
        return new JobEvent.TaskRestepRequested(by, o.Int(F.Run), o.Text(F.Step), from, o.Text(F.Why))
        {
            Input = o.TextOrNull(F.Input), Reason = o.TextOrNull(F.Reason), PlanHash = o.TextOrNull(F.PlanHash),
            Difference = difference == new AttemptDifference() ? null : difference,
            Workflow = difference.WorkflowSha is { } sha ? workflow(sha) : null,
        };
    }
}
