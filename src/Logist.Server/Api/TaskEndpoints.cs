using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Stores;
using Logist.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>The tasks of a run, and everything that was ever executed of one: <c>fix-login.2.test</c>.</summary>
internal static class TaskEndpoints
{
    /// <summary>So many of a task's latest events are named.</summary>
    private const int RecentEvents = 50;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/tasks", ListAsync).Described("listTasks", "Every task of a run, in the order of the workflow")
            .Produces<IReadOnlyList<TaskDocument>>();
        api.MapGet("/tasks/{task}", ReadAsync).Described("getTask", "A task, why it failed and what to do").Produces<TaskDocument>()
            .Produces(StatusCodes.Status304NotModified);
        api.MapGet("/tasks/{task}/audit", AuditAsync).Described("getTaskAudit", "Who had it run again, why, and every attempt")
            .Produces<TaskAudit>();
        api.MapGet("/tasks/{task}/attempts", AttemptsAsync).Described("listAttempts", "Every attempt of a task, oldest first")
            .Produces<IReadOnlyList<AttemptDocument>>();
    }

    /// <exception cref="LogistException">NotFound.</exception>
    public static (RunState Run, TaskState Task) Find(JobState job, int number, string step)
    {
        var run = Runs.Find(job, number);
        return run.Workflow.IndexOf(step) is >= 0 and var index ? (run, run.Tasks[index]) : throw new LogistException(ErrorKind.NotFound,
            $"{job.Id}.{number} has no task {step}", $"its steps are 1..{run.Tasks.Count}");
    }

    private static Task<IResult> ListAsync(HttpContext http, ApiServices services, string? run_id)
    {
        var (id, number) = ApiIds.Run(Query.Text(run_id) ?? throw Query.Wrong("run_id", "run_id says whose tasks"));
        return services.Reader.ReadAsync(id, loaded =>
        {
            var run = Runs.Find(loaded.State, number);
            return Results.Json([.. run.Tasks.Select(task => TaskDocument.Of(loaded.State, run, task))],
                ApiJson.Api.IReadOnlyListTaskDocument);
        }, http.RequestAborted);
    }

    private static Task<IResult> ReadAsync(string task, HttpContext http, ApiServices services) => OfAsync(task, http, services,
        (loaded, run, found) => ETags.Unchanged(http, ETags.Of(loaded.State.Seq))
            ?? Results.Json(TaskDocument.Of(loaded.State, run, found), ApiJson.Api.TaskDocument));

    private static Task<IResult> AttemptsAsync(string task, HttpContext http, ApiServices services) => OfAsync(task, http, services,
        (loaded, run, found) => JsonAnswer.Of(json => WriteAttempts(json, services, loaded.State, run, found)));

    private static Task<IResult> AuditAsync(string task, HttpContext http, ApiServices services) => OfAsync(task, http, services,
        (loaded, run, found) => JsonAnswer.Of(json =>
        {
            var job = loaded.State;
            json.WriteStartObject();
            json.WriteString("task_id", Runs.TaskId(job, run, found));
            json.WriteString("run_id", Runs.Id(job, run));
            InspectDocument.WriteReruns(json, found);
            json.WritePropertyName("attempts");
            WriteAttempts(json, services, job, run, found);
            json.WriteStartArray("recent_event_ids");
            foreach (var stored in EventsOf(services.Store, job, run, found).TakeLast(RecentEvents))
            {
                json.WriteStringValue($"{job.Id}.{stored.Seq}");
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));

    private static Task<IResult> OfAsync(string task, HttpContext http, ApiServices services,
        Func<LoadedJob, RunState, TaskState, IResult> answer)
    {
        var (id, number, step) = ApiIds.Task(task);
        return services.Reader.ReadAsync(id, loaded =>
        {
            var (run, found) = Find(loaded.State, number, step);
            return answer(loaded, run, found);
        }, http.RequestAborted);
    }

    private static void WriteAttempts(Utf8JsonWriter json, ApiServices services, JobState job, RunState run, TaskState task)
    {
        var (ids, layout) = (InspectDocument.Ids(job), services.Store.LayoutOf(JobId.Parse(job.Id)));
        json.WriteStartArray();
        foreach (var attempt in task.Attempts)
        {
            AttemptEndpoints.Write(json, new FoundAttempt(run, task, attempt), job, layout, ids);
        }

        json.WriteEndArray();
    }

    private static IEnumerable<StoredEvent> EventsOf(FileJobStore store, JobState job, RunState run, TaskState task) =>
        store.Read(JobId.Parse(job.Id), 0).Where(stored => EventText.Place(stored.Event) is { Run: { } number, Step: { } step }
            && number == run.Number && step == run.Workflow.Steps[task.Step].Id);
}
