using System.Text.Json;
using Logist.Core.Jobs;

namespace Logist.Stores;

public static partial class EventJson
{
    /// <summary>One event as an object; <c>at</c> only when it differs from the line's, by milliseconds.</summary>
    internal static void Write(Utf8JsonWriter writer, JobEvent happened, DateTimeOffset lineAt)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, NameOf(happened));
        if (happened.By.At.ToUnixTimeMilliseconds() != lineAt.ToUnixTimeMilliseconds())
        {
            WriteTime(writer, "at"u8, happened.By.At);
        }

        if (happened.By.Actor != Stamp.Engine)
        {
            writer.WriteString("actor"u8, happened.By.Actor);
        }

        Text(writer, "id"u8, happened.By.CommandId);
        WriteFields(writer, happened);
        writer.WriteEndObject();
    }

    /// <summary>The members of an event besides its type and stamp, into an object that the caller has begun.</summary>
    public static void WriteFields(Utf8JsonWriter w, JobEvent happened)
    {
        switch (happened)
        {
            case JobEvent.JobCreated e:
                w.WriteString("job_id"u8, e.JobId);
                Text(w, "description"u8, e.Description);
                Text(w, "source"u8, e.Source);
                Text(w, "base_ref"u8, e.BaseRef);
                Text(w, "base_commit"u8, e.BaseCommit);
                Text(w, "object_format"u8, e.ObjectFormat == "sha1" ? null : e.ObjectFormat);
                Amount(w, "budget_usd"u8, e.BudgetUsd);
                Text(w, "workflow_file"u8, e.WorkflowFile);
                break;
            case JobEvent.JobSuspended e: Flag(w, "now"u8, e.Now); Text(w, "reason"u8, e.Reason); break;
            case JobEvent.JobResumed e: Text(w, "reason"u8, e.Reason); break;
            case JobEvent.JobCancelRequested e: Text(w, "reason"u8, e.Reason); Number(w, "grace_ms"u8, e.GraceMs); break;
            case JobEvent.JobResubmitted e: Text(w, "note"u8, e.Note); break;
            case JobEvent.JobHalted e:
                w.WriteString("reason"u8, e.Reason);
                w.WriteString("message"u8, e.Message);
                Text(w, "log_file"u8, e.LogFile);
                break;
            case JobEvent.JobRecovered e: w.WriteString("what"u8, e.What); List(w, "kept"u8, e.Kept); break;
            case JobEvent.JobHumanChange e:
                w.WriteString("base_commit"u8, e.BaseCommit);
                w.WriteString("commit"u8, e.Commit);
                w.WriteString("tree"u8, e.Tree);
                List(w, "files"u8, e.Files);
                Text(w, "step"u8, e.Step);
                break;
            case JobEvent.JobRested e:
                Text(w, "commit"u8, e.Commit);
                Text(w, "tree"u8, e.Tree);
                Text(w, "head"u8, e.Head);
                List(w, "heads"u8, e.Heads);
                break;
            case JobEvent.BudgetReached e:
                w.WriteString("scope"u8, e.Scope);
                w.WriteString("limit"u8, e.Limit);
                w.WriteString("spent"u8, e.Spent);
                break;
            case JobEvent.BudgetRaised e: w.WriteNumber("limit_usd"u8, e.LimitUsd); break;
            case JobEvent.OwnerAcquired e: w.WriteNumber("epoch"u8, e.Epoch); Write(w, e.Owner); break;
            default: WriteRunFields(w, happened); break;
        }
    }

    private static void WriteRunFields(Utf8JsonWriter w, JobEvent happened)
    {
        switch (happened)
        {
            case JobEvent.RunCreated e:
                w.WriteNumber("run"u8, e.Run);
                w.WriteString("trigger"u8, e.Trigger);
                w.WriteString("workflow_sha"u8, e.WorkflowSha);
                Map(w, "params"u8, e.Params);
                Text(w, "from_step"u8, e.FromStep);
                Text(w, "base_commit"u8, e.BaseCommit);
                Text(w, "base_ref"u8, e.BaseRef);
                Text(w, "reason"u8, e.Reason);
                Text(w, "plan_hash"u8, e.PlanHash);
                Text(w, "agent"u8, e.Agent);
                Text(w, "model"u8, e.Model);
                break;
            case JobEvent.RunStarted e: w.WriteNumber("run"u8, e.Run); w.WriteString("driver"u8, e.Driver); break;
            case JobEvent.RunPaused e: w.WriteNumber("run"u8, e.Run); break;
            case JobEvent.RunResumed e: w.WriteNumber("run"u8, e.Run); break;
            case JobEvent.RunAborted e: w.WriteNumber("run"u8, e.Run); break;
            case JobEvent.RunFinished e: w.WriteNumber("run"u8, e.Run); w.WriteString("status"u8, e.Status); break;
            case JobEvent.TaskWaiting e: Step(w, e.Run, e.Step); WriteTime(w, "until"u8, e.Until); w.WriteString("why"u8, e.Why); break;
            case JobEvent.TaskRetryScheduled e:
                Step(w, e.Run, e.Step);
                WriteTime(w, "not_before"u8, e.NotBefore);
                Number(w, "failures"u8, e.Failures == 0 ? null : e.Failures);
                Text(w, "agent"u8, e.Agent);
                break;
            case JobEvent.ApprovalRequested e:
                Step(w, e.Run, e.Step);
                Text(w, "input"u8, e.Input);
                Text(w, "tree"u8, e.Tree);
                Text(w, "message"u8, e.Message);
                break;
            case JobEvent.ApprovalApproved e:
                Step(w, e.Run, e.Step);
                Text(w, "comment"u8, e.Comment);
                Text(w, "tree"u8, e.Tree);
                break;
            case JobEvent.ApprovalRejected e:
                Step(w, e.Run, e.Step);
                w.WriteString("reason"u8, e.Reason);
                Flag(w, "rerun"u8, e.Rerun);
                break;
            case JobEvent.ApprovalVoided e: Step(w, e.Run, e.Step); w.WriteString("why"u8, e.Why); break;
            default: WriteAgainFields(w, happened); break;
        }
    }

    private static void WriteAttemptFields(Utf8JsonWriter w, JobEvent happened)
    {
        switch (happened)
        {
            case JobEvent.TaskScheduled e:
                Step(w, e.Run, e.Step, e.Attempt);
                Text(w, "kind"u8, e.Kind == AttemptKind.Initial ? null : NameOf(e.Kind));
                Text(w, "input"u8, e.Input);
                Text(w, "place"u8, e.Place == "scratch" ? null : e.Place);
                Text(w, "agent"u8, e.Agent);
                Text(w, "model"u8, e.Model);
                Text(w, "session"u8, e.Session);
                Text(w, "why"u8, e.Why);
                break;
            case JobEvent.TaskStarted e:
                Step(w, e.Run, e.Step, e.Attempt);
                w.WriteNumber("pid"u8, e.Pid);
                Number(w, "start_time"u8, e.StartTime == 0 ? null : e.StartTime);
                break;
            case JobEvent.TaskAdopted e: Step(w, e.Run, e.Step, e.Attempt); break;
            case JobEvent.TaskWorkerFinished e: Step(w, e.Run, e.Step, e.Attempt); Write(w, e.Result); break;
            case JobEvent.TaskReviewStarted e: Step(w, e.Run, e.Step, e.Attempt); w.WriteString("agent"u8, e.Agent); break;
            case JobEvent.TaskReviewFinished e:
                Step(w, e.Run, e.Step, e.Attempt);
                w.WriteString("action"u8, e.Action);
                Text(w, "summary"u8, e.Summary);
                Write(w, e.Usage);
                Write(w, e.Result is null ? null : e.Result with { Usage = null });
                break;
            case JobEvent.TaskSucceeded e: Step(w, e.Run, e.Step, e.Attempt); Write(w, e.Result); break;
            case JobEvent.TaskFailed e:
                Step(w, e.Run, e.Step, e.Attempt);
                Write(w, e.Failure);
                Write(w, e.Result);
                if (!e.Final)
                {
                    w.WriteBoolean("final"u8, value: false);
                }

                break;
            case JobEvent.TaskCancelRequested e: Step(w, e.Run, e.Step, e.Attempt); Text(w, "reason"u8, e.Reason); break;
            case JobEvent.TaskCanceled e:
                Step(w, e.Run, e.Step, e.Attempt);
                Write(w, e.Result);
                Text(w, "reason"u8, e.Reason);
                break;
            case JobEvent.TaskInterrupted e: Step(w, e.Run, e.Step, e.Attempt); Write(w, e.Result); break;
            case JobEvent.TaskLost e:
                Step(w, e.Run, e.Step, e.Attempt);
                Write(w, e.Result);
                w.WriteString("why"u8, e.Why);
                break;
            default: break;
        }
    }
}
