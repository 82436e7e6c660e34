using System.Text;
using System.Text.Json;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Files;
using Logist.Git;
using Logist.Stores;
using Logist.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>What an agent answered, as it was judged.</summary>
/// <param name="Raw">The answer's own text; null: it was not kept, as a command gives none.</param>
internal sealed record AgentResponse([OneOf(Words.AgentAction)] string? Action, string? SummaryForSupervisor,
    IReadOnlyList<string> Evidence, ReviewResponse? Review, string? Raw);

internal sealed record ReviewResponse(string? Agent, [OneOf(Words.AgentAction)] string Action, string? Summary);

/// <summary>One execution, never overwritten: <c>fix-login.2.test.3</c>.</summary>
internal static class AttemptEndpoints
{
    private const int MostAnswerBytes = 16 << 20;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/attempts/{attempt}", ReadAsync).Described("getAttempt", "An attempt").Produces<AttemptDocument>()
            .Produces(StatusCodes.Status304NotModified);
        api.MapGet("/attempts/{attempt}/diff", DiffAsync)
            .Described("getDiff", "What it changed: against its input, the run's base, the attempt before, or attempt n")
            .Produces<DiffDocument>();
        api.MapGet("/attempts/{attempt}/prompt", PromptAsync)
            .Described("getPrompt", "The prompt as it was sent to the worker or the reviewer; empty where nothing was sent")
            .Produces<string>(contentType: "text/plain");
        api.MapGet("/attempts/{attempt}/response", ResponseAsync).Described("getResponse", "What worker and reviewer answered")
            .Produces<AgentResponse>();
    }

    /// <exception cref="LogistException">NotFound.</exception>
    public static FoundAttempt Find(JobState job, AttemptId id)
    {
        var (run, task) = TaskEndpoints.Find(job, id.Run, id.Step);
        return task.Attempt(id.Number) is { } attempt ? new FoundAttempt(run, task, attempt)
            : throw new LogistException(ErrorKind.NotFound, $"{id.Task} has no attempt {id.Number}",
                task.Attempts.Count == 0 ? "it has none" : $"attempts are 1..{task.Attempts.Count}");
    }

    public static Task<T> FindAsync<T>(HttpContext http, ApiServices services, AttemptId id,
        Func<LoadedJob, FoundAttempt, JobLayout, T> read)
    {
        var job = JobId.Parse(id.Job);
        return services.Reader.ReadAsync(job, loaded => read(loaded, Find(loaded.State, id), services.Store.LayoutOf(job)),
            http.RequestAborted);
    }

    public static void Write(Utf8JsonWriter json, FoundAttempt found, JobState job, JobLayout layout,
        IReadOnlyDictionary<AttemptState, AttemptId> ids)
    {
        var id = ids[found.Attempt];
        InspectAttempt.Write(json, id, found.Attempt, layout, ids, _ =>
        {
            json.WriteString("task_id", id.Task);
            json.WriteString("job_id", job.Id);
            json.WriteStartArray("parts");
            foreach (var part in LogPart.Of(layout.Attempt(id)))
            {
                json.WriteStringValue(part.Name);
            }

            json.WriteEndArray();
        });
    }

    private static Task<IResult> ReadAsync(string attempt, HttpContext http, ApiServices services) =>
        FindAsync(http, services, ApiIds.Attempt(attempt), (loaded, found, layout) =>
        {
            var unchanged = ETags.Unchanged(http, ETags.Of(loaded.State.Seq));

            // Parts of the log appear without an event.
            return unchanged is not null && found.Attempt.Status != AttemptStatus.Running ? unchanged
                : JsonAnswer.Of(json => Write(json, found, loaded.State, layout, InspectDocument.Ids(loaded.State)));
        });

    private static async Task<IResult> DiffAsync(string attempt, HttpContext http, ApiServices services, string? against, string? path)
    {
        var (from, to, repository) = await FindAsync(http, services, ApiIds.Attempt(attempt), (loaded, found, layout) =>
        {
            var (one, other) = AttemptDiff.Range(loaded.State, layout, found.Run, found, Query.Text(against));
            return (one, other, new JobRepository(layout));
        });
        return JsonAnswer.Of(json => AttemptDiff.Write(json, from, to, repository.Changes(from, to, Query.Text(path))));
    }

    private static async Task<IResult> PromptAsync(string attempt, HttpContext http, ApiServices services,
        [OneOf(Words.PromptPart)] string? part)
    {
        var (id, of) = (ApiIds.Attempt(attempt), Query.Word("part", part, Words.All[Words.PromptPart]));
        var text = await FindAsync(http, services, id, (_, _, layout) => AttemptPrompt.Kept(layout, id, of == LogPart.Review));
        return Results.Text(text ?? "", "text/plain", Encoding.UTF8);
    }

    private static Task<IResult> ResponseAsync(string attempt, HttpContext http, ApiServices services)
    {
        var id = ApiIds.Attempt(attempt);
        return FindAsync(http, services, id, (_, found, layout) =>
        {
            var (of, result) = (found.Attempt, found.Attempt.Result);
            return Results.Json(new AgentResponse(result?.Action, result?.Summary, result?.Evidence ?? [],
                of.ReviewAction is null ? null : new ReviewResponse(of.Reviewer, of.ReviewAction, of.ReviewSummary),
                Answer(layout.Attempt(id))), ApiJson.Api.AgentResponse);
        });
    }

    /// <summary>Of the last of its processes that answered.</summary>
    private static string? Answer(string directory)
    {
        string? last = null;
        for (var turn = 1; turn <= AttemptLog.Of(directory).Count(); turn++)
        {
            var name = Path.GetFileName(AgentFiles.Answer(AgentRole.Worker, directory, turn));
            last = SafeFile.ReadBounded(directory, name, MostAnswerBytes) is SafeRead.Content file
                ? Encoding.UTF8.GetString(file.Bytes) : last;
        }

        return last;
    }
}
