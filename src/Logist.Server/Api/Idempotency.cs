using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Logist.Core;
using Logist.Files;
using Microsoft.AspNetCore.Http;

namespace Logist.Server.Api;

/// <summary>An answer that was given, for whoever asks the same once more.</summary>
internal sealed record GivenAnswer(string Body, int Status, string? ContentType, string? ETag, string? Location, byte[] Answer);

/// <summary>
/// A POST with an <c>Idempotency-Key</c> is carried out once: repeated, also after a restart, it gets the first answer; with another
/// body it is refused. Refusals are not kept: what was wrong may be mended.
/// </summary>
internal sealed class Idempotency(RequestDelegate next, ApiServices services)
{
    private const int MaxKey = 255, MaxAnswer = 4 << 20;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _atWork = new(StringComparer.Ordinal);

    public static string? Key(HttpContext http) =>
        http.Request.Headers["Idempotency-Key"] is [{ Length: > 0 and <= MaxKey } key] ? key : null;

    public async Task InvokeAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || http.Request.Headers["Idempotency-Key"].Count == 0
            || http.Request.Path == SessionEndpoints.Path)
        {
            await next(http);
            return;
        }

        if (Key(http) is not { } key)
        {
            throw new LogistException(ErrorKind.BadRequest, $"an Idempotency-Key has 1 to {MaxKey} characters");
        }

        var name = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{http.Request.Path}\n{key}")));
        var turn = _atWork.GetOrAdd(name, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(http.RequestAborted);
        try
        {
            await OnceAsync(http, name);
        }
        finally
        {
            turn.Release();
            _ = _atWork.TryRemove(name, out _);
        }
    }

    // A name that no job can have.
    private string PathOf(string name) => Path.Combine(services.Store.JobsDirectory, ".answers", name);

    private async Task OnceAsync(HttpContext http, string name)
    {
        var body = Convert.ToHexStringLower(SHA256.HashData(await RequestBody.BufferAsync(http)));
        if (Find(name) is { } given)
        {
            if (given.Body != body)
            {
                throw new LogistException(ErrorKind.Usage, "this Idempotency-Key was used for another request", null,
                    "a new request has a new key");
            }

            await RepeatAsync(http, given);
            return;
        }

        var client = http.Response.Body;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = client;
        }

        var response = http.Response;
        if (response.StatusCode is >= 200 and < 300)
        {
            Keep(name, new GivenAnswer(body, response.StatusCode, response.ContentType, response.Headers.ETag, response.Headers.Location,
                answer.ToArray()));
        }

        answer.Position = 0;
        await answer.CopyToAsync(client, http.RequestAborted);
    }

    private GivenAnswer? Find(string name)
    {
        try
        {
            return OwnFiles.TryRead(PathOf(name), MaxAnswer) is { } bytes
                ? JsonSerializer.Deserialize(bytes, GivenAnswerJson.Default.GivenAnswer) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Keep(string name, GivenAnswer answer)
    {
        var path = PathOf(name);
        OwnFiles.Write(path, JsonSerializer.SerializeToUtf8Bytes(answer, GivenAnswerJson.Default.GivenAnswer));
        var old = (services.Engine.Time.GetUtcNow() - Kept).UtcDateTime;
        foreach (var file in new DirectoryInfo(Path.GetDirectoryName(path)!).EnumerateFiles().Where(file => file.LastWriteTimeUtc < old))
        {
            file.Delete();
        }
    }

    private static Task RepeatAsync(HttpContext http, GivenAnswer given)
    {
        var response = http.Response;
        (response.StatusCode, response.ContentType) = (given.Status, given.ContentType);
        response.Headers.ETag = given.ETag;
        response.Headers.Location = given.Location;
        response.Headers["Idempotency-Replayed"] = "true";
        return response.Body.WriteAsync(given.Answer, http.RequestAborted).AsTask();
    }
}

[JsonSerializable(typeof(GivenAnswer))]
internal sealed partial class GivenAnswerJson : JsonSerializerContext;
