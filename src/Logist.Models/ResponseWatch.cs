using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using Logist.Agents.Streams;

namespace Logist.Models;

/// <summary>
/// Sees every answer of the endpoint, whichever package asks: what it said of an error, in its own words, and when to come back.
/// </summary>
internal sealed class ResponseWatch : DelegatingHandler
{
    private const int MaxBody = 64 << 10;

    private AgentError? _refusal;

    // A redirection would take the key along to somewhere else.
    [SuppressMessage("Reliability", "CA2000", Justification = "The base class disposes it.")]
    public ResponseWatch() : base(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
    }

    public int? Status { get; private set; }

    /// <summary>For one request: a package may dispose it with its own client. Too long a request is ended by the step's limits.</summary>
    public HttpClient Client() => new(this, disposeHandler: false) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    /// <summary>What the endpoint said, or where it said nothing what went wrong.</summary>
    public AgentError Error(Exception e)
    {
        var inner = e.GetBaseException();
        return _refusal ?? (Status is { } status
            ? new AgentError($"the endpoint's answer cannot be read: {inner.Message}", status >= 300 ? status : null, "invalid_answer")
            : new AgentError($"connection to the endpoint failed: {inner.Message}"));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (_refusal, Status) = (null, null);
        var response = await base.SendAsync(request, cancellationToken);
        Status = (int)response.StatusCode;
        if (!response.IsSuccessStatusCode)
        {
            _refusal = await ReadAsync(response, cancellationToken);
        }

        return response;
    }

    private static async Task<AgentError> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        var (message, kind) = ("", (string?)null);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxBody, ct);
            var body = await response.Content.ReadAsByteArrayAsync(ct);
            using var document = JsonLine.TryParse(body);
            var root = document?.RootElement ?? default;
            var error = root.At("error");
            message = error.Text("message") ?? error.AsText() ?? root.Text("message") ?? "";
            kind = error.Text("type") ?? error.Text("code");
        }
        catch (HttpRequestException)
        {
            // Too much, or cut off: its status says enough.
        }

        var said = message.Length > 0 ? message : response.ReasonPhrase is { Length: > 0 } phrase ? phrase : "no reason given";
        return new AgentError($"{status} {said}", status, kind) { RetryAfter = After(response.Headers.RetryAfter) };
    }

    private static TimeSpan? After(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date && date - TimeProvider.System.GetUtcNow() is { Ticks: > 0 } left ? left : null);
}
