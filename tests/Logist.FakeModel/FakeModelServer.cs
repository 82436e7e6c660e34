using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Logist.FakeModel.Wires;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Logist.FakeModel;

/// <summary>
/// A deterministic model behind the protocols that agents speak, on 127.0.0.1 only. Which part it plays stands in the base URL:
/// see <see cref="Scenario"/>. Agents really execute the tool calls: use throw-away repositories.
/// </summary>
public sealed class FakeModelServer : IAsyncDisposable
{
    private static readonly Wire[] Wires = [new ChatWire(), new ResponsesWire(), new MessagesWire(), new GeminiWire()];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<FakeRequest> _requests = new();
    private readonly ConcurrentDictionary<string, Play> _plays = new(StringComparer.Ordinal);

    private bool _disposed;

    private FakeModelServer(WebApplication app) => _app = app;

    /// <summary>Every question to the model so far, in the order of arrival. Lists of models and counts of tokens are none.</summary>
    public IReadOnlyList<FakeRequest> Requests => [.. _requests];

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>What an agent gets as its base URL; without an API version.</summary>
    public string At(string scenario) => $"{Address.GetLeftPart(UriPartial.Authority)}/s/{Scenario.Parse(scenario).Name}";

    /// <param name="port">0: a free one.</param>
    public static async Task<FakeModelServer> StartAsync(int port = 0, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);

            // Whole conversations are sent again and again.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddRequestDecompression();
        var app = builder.Build();
        app.UseRequestDecompression();
        var server = new FakeModelServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Ends what lasts until it: requests that are held back are answered, and new ones as well.</summary>
    public void Open() => _opened.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stop.CancelAsync();
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, context.RequestAborted);
        try
        {
            await AnswerAsync(context, ended.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context, CancellationToken ct)
    {
        var path = context.Request.Path.Value ?? "/";
        var name = "ok";
        if (path.StartsWith("/s/", StringComparison.Ordinal))
        {
            var end = path.IndexOf('/', 3);
            (name, path) = end < 0 ? (path[3..], "/") : (path[3..end], path[end..]);
        }

        Play play;
        try
        {
            play = _plays.GetOrAdd(name, static n => new Play(Scenario.Parse(n)));
        }
        catch (FormatException e)
        {
            await WriteAsync(context, 404, new JsonObject { ["error"] = new JsonObject { ["message"] = e.Message } }, ct);
            return;
        }

        if (Wires.FirstOrDefault(wire => wire.Serves(path)) is { } wire && HttpMethods.IsPost(context.Request.Method))
        {
            await AskedAsync(context, wire, path, play, ct);
        }
        else
        {
            await BesideAsync(context, path, ct);
        }
    }

    private async Task AskedAsync(HttpContext context, Wire wire, string path, Play play, CancellationToken ct)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: ct) as JsonObject ?? [];
        var asked = wire.Read(body, path);
        var model = asked.Model ?? "fake-model";
        var now = play.Begin(_opened.Task.IsCompleted);
        var reply = Script.Plan(asked, now);
        _requests.Enqueue(new FakeRequest
        {
            Path = context.Request.Path.Value!, Scenario = play.Scenario.Name, Api = wire.Name, Model = asked.Model,
            Streamed = asked.Stream,
            Role = Script.Role(asked), Side = reply.Usage == FakeUsage.Side, Resent = asked.Resent, Messages = asked.Messages.Count,
            Tools = [.. asked.Tools.Select(tool => tool.Name)], Prompt = asked.Prompt,
            Reply = now is "ok" or "shell" or "sleep" ? Shown(reply) : $"{now}: {Shown(reply)}",
        });
        if (play.Scenario.Status is { } status && now == play.Scenario.Play)
        {
            context.Response.Headers.RetryAfter = status is 429 or 503 or 529 ? $"{play.Scenario.RetryAfterSeconds}" : default;
            var after = play.Scenario.RetryAfterSeconds;
            await WriteAsync(context, status, wire.Error(status, Words(status, after), after), ct);
            return;
        }

        if (now == "hang")
        {
            await HoldAsync(play, ct);
        }

        if (asked.Stream)
        {
            await StreamAsync(context, wire.Pieces(reply, model), now, play, ct);
        }
        else if (now == "cut")
        {
            context.Abort();
        }
        else
        {
            await WriteAsync(context, 200, wire.Whole(reply, model), ct);
        }
    }

    private async Task StreamAsync(HttpContext context, IReadOnlyList<Frame> frames, string now, Play play, CancellationToken ct)
    {
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < frames.Count; i++)
        {
            var (name, data) = frames[i];
            await context.Response.WriteAsync($"{(name is null ? "" : $"event: {name}\n")}data: {data}\n\n", ct);
            await context.Response.Body.FlushAsync(ct);
            if (i == 0 && now == "cut")
            {
                context.Abort();
                return;
            }

            if (i == 0 && now == "hangstream")
            {
                await HoldAsync(play, ct);
            }

            if (now == "slow")
            {
                await Task.Delay(Pause, ct);
            }
        }
    }

    private Task HoldAsync(Play play, CancellationToken ct) =>
        play.Scenario.UntilOpened ? _opened.Task.WaitAsync(ct) : Task.Delay(Timeout.InfiniteTimeSpan, ct);

    /// <summary>What agents ask besides: which models there are, how many tokens something has, whether anybody is there.</summary>
    private async Task BesideAsync(HttpContext context, string path, CancellationToken ct)
    {
        var get = HttpMethods.IsGet(context.Request.Method);
        switch (path)
        {
            case "/requests" when get:
                await WriteAsync(context, 200, new JsonArray([.. _requests.Select(request => request.ToJson())]), ct);
                break;
            case "/open" when !get:
                Open();
                await WriteAsync(context, 200, new JsonObject { ["opened"] = true }, ct);
                break;
            case var p when p.EndsWith("/count_tokens", StringComparison.Ordinal):
                await WriteAsync(context, 200, new JsonObject { ["input_tokens"] = 1000 }, ct);
                break;
            case var p when p.EndsWith(":countTokens", StringComparison.Ordinal):
                await WriteAsync(context, 200, new JsonObject { ["totalTokens"] = 1000 }, ct);
                break;
            case var p when get && p.EndsWith("/models", StringComparison.Ordinal):
                var model = new JsonObject
                {
                    ["id"] = "fake-model", ["slug"] = "fake-model", ["object"] = "model", ["created"] = 1_700_000_000,
                    ["owned_by"] = "fake", ["display_name"] = "Fake", ["type"] = "model",
                };
                var list = new JsonObject { ["object"] = "list", ["data"] = new JsonArray(model), ["has_more"] = false };
                await WriteAsync(context, 200, list, ct);
                break;
            case "/":
                break;
            default:
                var nothing = new JsonObject { ["message"] = $"no such endpoint: {path}" };
                await WriteAsync(context, 404, new JsonObject { ["error"] = nothing }, ct);
                break;
        }
    }

    private static Task WriteAsync(HttpContext context, int status, JsonNode body, CancellationToken ct)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), ct);
    }

    private static string Shown(Reply reply) => reply switch
    {
        Reply.Call call => $"{call.Tool} {call.AsObject.ToJsonString()}",
        Reply.Text text => text.Content,
        _ => "",
    };

    private static string Words(int status, int retryAfterSeconds) => status switch
    {
        400 => "fake bad request",
        401 => "fake invalid API key",
        403 => "fake forbidden",
        404 => "fake model not found",
        429 => $"fake rate limit exceeded. Please try again in {retryAfterSeconds}s.",
        503 or 529 => "fake overloaded",
        _ => "fake internal server error",
    };

    /// <summary>How far a scenario is: the only thing that is remembered between requests.</summary>
    private sealed class Play(Scenario scenario)
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private int _requests;

        public Scenario Scenario => scenario;

        /// <returns>What this request meets.</returns>
        public string Begin(bool opened) =>
            (scenario.Requests is { } count && Interlocked.Increment(ref _requests) > count)
            || (scenario.Duration is { } duration && Stopwatch.GetElapsedTime(_start) > duration)
            || (scenario.UntilOpened && opened) ? "ok" : scenario.Play;
    }
}
