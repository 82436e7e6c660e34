namespace Logist.Stores;

/// <summary>Every member that a stored event or a value inside one can have, grouped by type: one name has one type everywhere.</summary>
internal enum EventField
{
    Type, Actor, Id, JobId, Description, Source, BaseRef, BaseCommit, ObjectFormat, Reason, Note, Message, LogFile, What, Commit, Tree,
        Head, Trigger,
    WorkflowSha, FromStep, Agent, Model, Driver, Status, Step, Kind, Input, Place, Why, Action, Summary, Comment, Scope, Limit, Spent,
        Name, Host,
    BootId, Category, Hint, Session, PlanHash, From, PromptAppend, Outcome, PreviousStatus, WorkflowFile,

    Run, Attempt, FromRun, Pid, StartTime, GraceMs, Failures, Epoch, ExitCode, DurationMs, TokensIn, TokensCached, TokensOut,

    BudgetUsd, LimitUsd, CostUsd,

    Now, Rerun, Final, Keep,

    At, Until, NotBefore, StartedAt, RetryAt,

    Kept, Files, Evidence, Warnings, Heads, Steps, Selected, Named,

    Params,

    Result, Failure, Usage, Owner,

    Unknown,
}

internal static class EventFields
{
    public static EventField Find(ReadOnlySpan<char> name) => name switch
    {
        "type" => EventField.Type,
        "actor" => EventField.Actor,
        "id" => EventField.Id,
        "job_id" => EventField.JobId,
        "description" => EventField.Description,
        "source" => EventField.Source,
        "base_ref" => EventField.BaseRef,
        "base_commit" => EventField.BaseCommit,
        "object_format" => EventField.ObjectFormat,
        "reason" => EventField.Reason,
        "note" => EventField.Note,
        "message" => EventField.Message,
        "log_file" => EventField.LogFile,
        "what" => EventField.What,
        "commit" => EventField.Commit,
        "tree" => EventField.Tree,
        "head" => EventField.Head,
        "heads" => EventField.Heads,
        "steps" => EventField.Steps,
        "selected" => EventField.Selected,
        "named" => EventField.Named,
        "trigger" => EventField.Trigger,
        "workflow_sha" => EventField.WorkflowSha,
        "from_step" => EventField.FromStep,
        "agent" => EventField.Agent,
        "model" => EventField.Model,
        "driver" => EventField.Driver,
        "status" => EventField.Status,
        "step" => EventField.Step,
        "kind" => EventField.Kind,
        "input" => EventField.Input,
        "place" => EventField.Place,
        "why" => EventField.Why,
        "action" => EventField.Action,
        "summary" => EventField.Summary,
        "comment" => EventField.Comment,
        "scope" => EventField.Scope,
        "limit" => EventField.Limit,
        "spent" => EventField.Spent,
        "name" => EventField.Name,
        "host" => EventField.Host,
        "boot_id" => EventField.BootId,
        "category" => EventField.Category,
        "hint" => EventField.Hint,
        "session" => EventField.Session,
        "plan_hash" => EventField.PlanHash,
        "from" => EventField.From,
        "prompt_append" => EventField.PromptAppend,
        "outcome" => EventField.Outcome,
        "previous_status" => EventField.PreviousStatus,
        "workflow_file" => EventField.WorkflowFile,
        _ => FindOther(name),
    };

    private static EventField FindOther(ReadOnlySpan<char> name) => name switch
    {
        "run" => EventField.Run,
        "from_run" => EventField.FromRun,
        "attempt" => EventField.Attempt,
        "pid" => EventField.Pid,
        "start_time" => EventField.StartTime,
        "grace_ms" => EventField.GraceMs,
        "failures" => EventField.Failures,
        "epoch" => EventField.Epoch,
        "exit_code" => EventField.ExitCode,
        "duration_ms" => EventField.DurationMs,
        "tokens_in" => EventField.TokensIn,
        "tokens_cached" => EventField.TokensCached,
        "tokens_out" => EventField.TokensOut,
        "budget_usd" => EventField.BudgetUsd,
        "limit_usd" => EventField.LimitUsd,
        "cost_usd" => EventField.CostUsd,
        "now" => EventField.Now,
        "rerun" => EventField.Rerun,
        "final" => EventField.Final,
        "keep" => EventField.Keep,
        "at" => EventField.At,
        "until" => EventField.Until,
        "not_before" => EventField.NotBefore,
        "started_at" => EventField.StartedAt,
        "retry_at" => EventField.RetryAt,
        "kept" => EventField.Kept,
        "files" => EventField.Files,
        "evidence" => EventField.Evidence,
        "warnings" => EventField.Warnings,
        "params" => EventField.Params,
        "result" => EventField.Result,
        "failure" => EventField.Failure,
        "usage" => EventField.Usage,
        "owner" => EventField.Owner,
        _ => EventField.Unknown,
    };
}
