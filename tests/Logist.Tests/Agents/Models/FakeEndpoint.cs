using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Logist.Tests.Agents.Models;

/// <summary>An endpoint of a model on this machine, which answers each request with what the test gave it, in order.</summary>
internal sealed class FakeEndpoint : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Queue<(int Status, string Body, (string Name, string Value)[] Headers)> _answers = new();

    public FakeEndpoint()
    {
        // A port that was free just now may be taken the next moment.
        for (var tries = 1; ; tries++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            probe.Stop();
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add(Address + "/");
            try
            {
                _listener.Start();
                break;
            }
            catch (HttpListenerException) when (tries < 20)
            {
            }
        }

        _ = Task.Run(ServeAsync);
    }

    public string Address { get; }

    public List<(string Path, string? Key, JsonNode Body)> Requests { get; } = [];

    /// <param name="status">0: the connection is cut in the middle of the body.</param>
    public FakeEndpoint Answers(int status, string body, params (string Name, string Value)[] headers)
    {
        _answers.Enqueue((status, body, headers));
        return this;
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The test is over, or the client went away.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var key = context.Request.Headers["x-api-key"] ?? context.Request.Headers["Authorization"];
        lock (Requests)
        {
            Requests.Add((context.Request.Url!.AbsolutePath, key, JsonNode.Parse(reader.ReadToEnd())!));
        }

        var (status, body, headers) = _answers.Dequeue();
        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.StatusCode = status == 0 ? 200 : status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.ContentLength64 = bytes.Length;
        await context.Response.OutputStream.WriteAsync(bytes.AsMemory(0, status == 0 ? bytes.Length / 2 : bytes.Length));
        if (status == 0)
        {
            await context.Response.OutputStream.FlushAsync();
            context.Response.Abort();
        }
        else
        {
            context.Response.Close();
        }
    }
}
