using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Logist.Server.Tests;

/// <summary>An answer as it came over the wire; of a stream that does not end only the head.</summary>
internal sealed record RawAnswer(int Status, string Head, string Body)
{
    /// <summary>Of a problem; else nothing.</summary>
    public string Code => Member("code");

    public string Detail => Member("detail");

    /// <returns>Null: it has none.</returns>
    public string? Header(string name) => Head.Split("\r\n").FirstOrDefault(line =>
        line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private string Member(string name) => Header("Content-Type") == "application/problem+json"
        ? JsonDocument.Parse(Body).RootElement.GetProperty(name).GetString()! : "";
}

/// <summary>HTTP as bytes over a socket: nothing between test and server mends a path, a Host or a missing header.</summary>
internal sealed class RawHttp(int port) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private NetworkStream? _stream;
    private int _start, _end;

    /// <param name="head">Request line and headers, without the empty line.</param>
    public async Task<RawAnswer> SendAsync(string head, string body = "")
    {
        if (_stream is null)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            (_start, _end, _stream) = (0, 0, new NetworkStream(socket, ownsSocket: true));
        }

        // At the same time: a server that has read enough answers before it was told everything.
        var written = WriteAsync(Encoding.Latin1.GetBytes($"{head}\r\n\r\n{body}"));
        var answer = await ReadAsync();
        await written;
        if (answer.Header("Connection") == "close" || IsStream(answer))
        {
            Dispose();
        }

        return answer;
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private static bool IsStream(RawAnswer answer) => answer.Header("Content-Type") == "text/event-stream";

    private async Task WriteAsync(byte[] bytes)
    {
        try
        {
            await _stream!.WriteAsync(bytes, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // It hung up: the answer says why.
        }
    }

    private async Task<RawAnswer> ReadAsync()
    {
        var head = new StringBuilder();
        for (string line; (line = await LineAsync()).Length > 0;)
        {
            head.Append(line).Append("\r\n");
        }

        var answer = new RawAnswer(int.Parse(head.ToString().Split(' ')[1], CultureInfo.InvariantCulture), head.ToString(), "");
        if (IsStream(answer))
        {
            return answer;
        }

        if (answer.Header("Content-Length") is { } length)
        {
            return answer with { Body = await TextAsync(int.Parse(length, CultureInfo.InvariantCulture)) };
        }

        var body = new StringBuilder();
        while (answer.Header("Transfer-Encoding") == "chunked")
        {
            var size = int.Parse(await LineAsync(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Append(await TextAsync(size));
            _ = await LineAsync();
            if (size == 0)
            {
                break;
            }
        }

        return answer with { Body = body.ToString() };
    }

    private async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            var next = (char)await ByteAsync();
            if (next == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(next);
        }
    }

    private async Task<string> TextAsync(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = await ByteAsync();
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private async ValueTask<byte> ByteAsync()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, await _stream!.ReadAsync(_buffer, TestContext.Current.CancellationToken));
            _end.ShouldBeGreaterThan(0, "the server hung up without an answer");
        }

        return _buffer[_start++];
    }
}
