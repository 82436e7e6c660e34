using System.Net.Sockets;
using Logist.Core;
using Npgsql;

namespace Logist.Postgres;

/// <summary>
/// Connections to one database. Every statement of this store may be repeated: it either only reads, or looks first whether an earlier
/// try came through. So a lost connection is answered by the same again, for a while.
/// </summary>
internal sealed class Database(NpgsqlDataSource source, string shown, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _preparing = new(1, 1);
    private volatile bool _prepared;

    public string Shown => shown;

    /// <exception cref="LogistException">Storage: the database cannot be reached, or refuses. InvalidConfig: it is not fit.</exception>
    public T Use<T>(Func<NpgsqlConnection, T> work)
    {
        var started = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(20); ; pause = Next(pause))
        {
            try
            {
                Prepare();
                using var connection = source.OpenConnection();
                return work(connection);
            }
            catch (Exception e) when (MayPass(e) && time.GetElapsedTime(started) < Patience)
            {
                Task.Delay(pause, time).GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException or IOException)
            {
                throw Failed(e);
            }
        }
    }

    /// <inheritdoc cref="Use"/>
    public async Task<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(20); ; pause = Next(pause))
        {
            try
            {
                Prepare();
                await using var connection = await source.OpenConnectionAsync(ct);
                return await work(connection);
            }
            catch (Exception e) when (MayPass(e) && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(pause, time, ct);
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException or IOException)
            {
                throw Failed(e);
            }
        }
    }

    /// <summary>A connection for whoever waits for notifications; its errors are his.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        Prepare();
        return await source.OpenConnectionAsync(ct);
    }

    public void Dispose()
    {
        source.Dispose();
        _preparing.Dispose();
    }

    /// <summary>Ends what goes on under the token. The driver's own part of that may meet a connection that is just breaking, and throw:
    /// it is over either way.</summary>
    public static void End(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is ObjectDisposedException))
        {
            // Seen when the server or the network goes at the same moment.
        }
    }

    private static TimeSpan Next(TimeSpan pause) => pause * 2 > LongestPause ? LongestPause : pause * 2;

    private static bool MayPass(Exception e) => e switch
    {
        // The connection was ended, the server stops or starts, a deadlock or a serialization failure, too many connections.
        PostgresException { SqlState: var state } => state.StartsWith("08", StringComparison.Ordinal)
            || state is "57P01" or "57P02" or "57P03" or "40001" or "40P01" or "53300",
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException or null } => true,
        _ => e is SocketException or IOException,
    };

    /// <summary>The first use brings the tables up to this version and checks that what is committed stays.</summary>
    private void Prepare()
    {
        if (_prepared)
        {
            return;
        }

        _preparing.Wait();
        try
        {
            if (!_prepared)
            {
                using var connection = source.OpenConnection();
                Schema.Prepare(connection, shown);
                _prepared = true;
            }
        }
        finally
        {
            _preparing.Release();
        }
    }

    private LogistException Failed(Exception e) => new(new Problem(ErrorKind.Storage, $"{shown} did not do what it was asked",
        e is PostgresException { MessageText: var text } ? text : e.InnerException?.Message ?? e.Message,
        "see whether the database runs"), e);
}
