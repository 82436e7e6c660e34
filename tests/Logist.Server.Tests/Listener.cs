using System.Text.Json;

namespace Logist.Server.Tests;

/// <param name="Event">Empty: a comment.</param>
internal sealed record Told(string? Id, string Event, string Data);

/// <summary>One who listens to <c>/events/stream</c> like a browser does: it remembers the last id and can come back with it.</summary>
internal sealed class Listener(ServerInTest server) : IDisposable
{
    private HttpResponseMessage? _response;
    private StreamReader? _stream;

    public string? LastId { get; set; }

    /// <summary>Ids of all events that were told, in order.</summary>
    public List<string> Heard { get; } = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async Task ConnectAsync(string query = "")
    {
        Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events/stream" + query);
        if (LastId is not null)
        {
            request.Headers.Add("Last-Event-ID", LastId);
        }

        _response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        _response.EnsureSuccessStatusCode();
        _stream = new StreamReader(await _response.Content.ReadAsStreamAsync(Ct));
    }

    /// <returns>Null: the server ended the stream.</returns>
    public async Task<Told?> NextAsync()
    {
        var told = new Told(null, "", "");
        while (await LineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                return Remember(told);
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..].TrimStart(' ');
            told = line[..colon] switch
            {
                "id" => told with { Id = value }, "event" => told with { Event = value },
                "data" or "" => told with { Data = value }, _ => told,
            };
        }

        return null;
    }

    /// <summary>The next one of this kind.</summary>
    public async Task<Told> NextAsync(string kind)
    {
        while (true)
        {
            var told = (await NextAsync()).ShouldNotBeNull($"the stream ended before {kind}");
            if (told.Event == kind)
            {
                return told;
            }
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _response?.Dispose();
    }

    private Told Remember(Told told)
    {
        LastId = told.Id ?? LastId;
        if (told.Event == "job")
        {
            Heard.AddRange(JsonDocument.Parse(told.Data).RootElement.GetProperty("events").EnumerateArray()
                .Select(one => one.GetProperty("id").GetString()!));
        }

        return told;
    }

    private async Task<string?> LineAsync()
    {
        try
        {
            return await _stream!.ReadLineAsync(Ct);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return null;
        }
    }
}
