using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Logist.Core;
using Logist.Server.Api;

namespace Logist.Server;

/// <summary>What this user's programs ask of this user's server.</summary>
public static class ServerClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The server promises durably to drive the job.</summary>
    /// <exception cref="LogistException">Its refusal, in its words; Busy: it does not answer.</exception>
    public static async Task RunAsync(ServerFile server, JobId job, string by, DetachedRun run, CancellationToken ct) =>
        _ = await PostAsync(server, $"/jobs/{job}/run", new RunBody(by, run.BudgetUsd, run.MaxParallel, run.Until, run.Stale)
        {
            Agent = run.Agent, Model = run.Model,
        }, ApiJson.Api.RunBody, ApiJson.Api.JobResult, ct);

    /// <returns>A link that signs one browser in, once.</returns>
    /// <exception cref="LogistException">Busy: it does not answer.</exception>
    public static async Task<string> NewLinkAsync(ServerFile server, CancellationToken ct) =>
        (await PostAsync(server, "/session-links", new StepBody(), ApiJson.Api.StepBody, ApiJson.Api.SignInLink, ct)).Url;

    private static async Task<TAnswer> PostAsync<TBody, TAnswer>(ServerFile server, string path, TBody body, JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<TAnswer> answerType, CancellationToken ct)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(server.Url), Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        try
        {
            using var content = JsonContent.Create(body, bodyType);
            await content.LoadIntoBufferAsync(ct);
            using var response = await client.PostAsync(new Uri(path, UriKind.Relative), content, ct);
            if (response.IsSuccessStatusCode)
            {
                return (await response.Content.ReadFromJsonAsync(answerType, ct))!;
            }

            throw await RefusalAsync(server, response, ct);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new LogistException(ErrorKind.Busy, $"the server at {server.Url} does not answer", e.Message, "logist serve");
        }
    }

    private static async Task<LogistException> RefusalAsync(ServerFile server, HttpResponseMessage response, CancellationToken ct)
    {
        var problem = response.StatusCode == HttpStatusCode.NotFound && response.Content.Headers.ContentType?.MediaType
            != "application/problem+json" ? null : await response.Content.ReadFromJsonAsync(ApiJson.Api.ProblemDocument, ct);
        return problem is null
            ? new LogistException(ErrorKind.Busy, $"the server at {server.Url} answers {(int)response.StatusCode}")
            : new LogistException(new Problem(ErrorKind.Find(problem.Code) ?? ErrorKind.Internal, problem.Detail, null, [.. problem.Fix]));
    }
}

/// <summary>How the server is to drive a job.</summary>
public sealed record DetachedRun(decimal? BudgetUsd, int? MaxParallel, string? Until, bool Stale, string? Agent, string? Model);
