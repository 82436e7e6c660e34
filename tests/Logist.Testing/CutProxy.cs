using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Logist.Testing;

/// <summary>
/// A TCP proxy on loopback that loses answers: the server did what it was asked, and the client never hears of it. It can also hold
/// everything back, as a network does that is parted for a while.
/// </summary>
public sealed class CutProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    [SuppressMessage("Usage", "CA2213", Justification = "Pumps may look at its token after the end; there is no timer to free.")]
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private volatile TaskCompletionSource _open = Completed();
    private int _answersLeft = int.MaxValue;

    public CutProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether the cut that was asked for has happened.</summary>
    public bool HasCut => Volatile.Read(ref _answersLeft) <= 0;

    /// <summary>The connection whose answer is the n-th from now is ended instead of being given it.</summary>
    public void CutAnswer(int n) => Volatile.Write(ref _answersLeft, n);

    public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _open.TrySetResult();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        Release();
    }

    private static TaskCompletionSource Completed()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                var (near, far) = (client.GetStream(), server.GetStream());
                await await Task.WhenAny(PumpAsync(near, far, () => false),
                    PumpAsync(far, near, () => Interlocked.Decrement(ref _answersLeft) == 0));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side is gone: so is the other.
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, Func<bool> isCut)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await from.ReadAsync(buffer, _stop.Token)) > 0 && !isCut();)
        {
            await _open.Task;
            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
