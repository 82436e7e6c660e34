using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Logist.EndToEnd.Tests.Support;

/// <summary>A <c>logist serve</c> of a place, found as every program finds it: by server.json.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly HttpClient _client;

    private ServerProcess(CliProcess process, JsonElement file)
    {
        Process = process;
        _client = new HttpClient { BaseAddress = new Uri(file.GetProperty("url").GetString()!) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", file.GetProperty("token").GetString());
    }

    public CliProcess Process { get; }

    public string Url => _client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static string FileIn(Place place) => Path.Combine(place.Home, "server.json");

    public static async Task<ServerProcess> StartAsync(Place place, params string[] options)
    {
        var process = place.Start(["serve", "--port", "0", .. options]);
        JsonElement? file = null;
        await process.UntilAsync(() => (file = Find(place, process.Pid)) is not null, "the server listens");
        return new ServerProcess(process, file!.Value);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative), Ct);
        return await ReadAsync(response, HttpStatusCode.OK);
    }

    /// <param name="body">JSON; single quotes stand for double ones.</param>
    public async Task<JsonElement> PostAsync(string path, string body, HttpStatusCode expected, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body.Replace('\'', '"'), Encoding.UTF8, "application/json"),
        };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await _client.SendAsync(request, Ct);
        return await ReadAsync(response, expected);
    }

    public Task<JsonElement> RunAsync(string job) => PostAsync($"/jobs/{job}/run", "{}", HttpStatusCode.Accepted);

    public async Task UntilDrivenAsync(int driven, int waiting)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while ((await GetAsync("/health")).GetProperty("jobs") is var jobs
            && (jobs.GetProperty("driven").GetInt32() != driven || jobs.GetProperty("waiting_for_slot").GetInt32() != waiting))
        {
            clock.Elapsed.ShouldBeLessThan(Soon.Patience, $"{driven} jobs are driven, {waiting} wait for a slot");
            await Task.Delay(10, Ct);
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync(Ct);
        response.StatusCode.ShouldBe(expected, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static JsonElement? Find(Place place, int pid)
    {
        if (!File.Exists(FileIn(place)))
        {
            return null;
        }

        var file = JsonDocument.Parse(File.ReadAllBytes(FileIn(place))).RootElement;
        return file.GetProperty("pid").GetInt32() == pid ? file : null;
    }
}
