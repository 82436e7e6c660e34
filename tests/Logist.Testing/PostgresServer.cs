using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Logist.Testing;

/// <summary>
/// A PostgreSQL server of this process's own on loopback, started when it is asked for first and gone with it; a database for each
/// test. As durable as a real one: the store refuses any other.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string Guarded = """
        exec 3<&0
        "$@" </dev/null 3<&- &
        server=$!
        (cat <&3; kill -QUIT $server) >/dev/null 2>&1 &
        wait $server
        """;

    private static readonly Lazy<PostgresServer> Shared = new(() => new PostgresServer());

    private readonly string _directory = Directory.CreateTempSubdirectory("logist-pg-").FullName;
    private readonly string _programs = Programs();
    private readonly bool _root = Environment.UserName == "root";
    private Process? _server;
    private int _databases;

    private PostgresServer()
    {
        Data = Path.Combine(_directory, "data");
        if (_root)
        {
            // A cluster must not be root's; its owner has to come through the directory that root has just made.
            Run("chmod", "755", _directory);
            Run("install", "-d", "-o", "postgres", "-g", "postgres", "-m", "700", Data);
        }

        Run(As("initdb", "-D", Data, "-A", "trust", "-U", "logist", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"));
        Port = FreePort();
        Start();
    }

    public static PostgresServer Instance => Shared.Value;

    public int Port { get; }

    private string Data { get; }

    /// <summary>The address of an empty database.</summary>
    public string NewDatabase()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        Sql("postgres", $"CREATE DATABASE {name}");
        return Address(name);
    }

    public string Address(string database) => $"postgres://logist@127.0.0.1:{Port}/{database}";

    /// <summary>What psql prints for it.</summary>
    public string Sql(string database, string statement) => Run(
        Path.Combine(_programs, "psql"), "-h", "127.0.0.1", "-p", $"{Port}", "-U", "logist", "-X", "-q", "-A", "-t",
        "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement);

    /// <summary>As a crash of the machine would: nothing is shut down.</summary>
    public void Kill()
    {
        Run("kill", "-KILL", "--", File.ReadLines(Path.Combine(Data, "postmaster.pid")).First());
        _server!.WaitForExit();
    }

    public void Start()
    {
        var all = As("postgres", "-D", Data, "-h", "127.0.0.1", "-p", $"{Port}", "-k", "", "-c", "max_connections=100",
            "-c", "shared_buffers=32MB", "-c", "logging_collector=off");
        var start = new ProcessStartInfo("sh")
        {
            UseShellExecute = false, WorkingDirectory = "/", RedirectStandardError = true, RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };

        // Whatever ends this process ends its side of the pipe, and with that the server.
        foreach (var argument in (string[])["-c", Guarded, "server", .. all])
        {
            start.ArgumentList.Add(argument);
        }

        _server = Process.Start(start)!;
        _server.OutputDataReceived += (_, _) => { };
        _server.ErrorDataReceived += (_, _) => { };
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        while (TryRun([Path.Combine(_programs, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", $"{Port}", "-t", "10"], out _) != 0)
        {
            if (_server.HasExited)
            {
                throw new InvalidOperationException("the PostgreSQL server of the tests does not start");
            }
        }
    }

    public void Dispose()
    {
        Kill();
        _server!.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Ends the server if one was started.</summary>
    public static void End()
    {
        if (Shared.IsValueCreated)
        {
            Shared.Value.Dispose();
        }
    }

    private static string Programs()
    {
        var found = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateFiles("/usr/lib/postgresql", "initdb", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        return Path.GetDirectoryName(found ?? throw new InvalidOperationException("PostgreSQL is not installed: ./test.sh does it"))!;
    }

    private string[] As(string program, params string[] arguments)
    {
        string[] whole = [Path.Combine(_programs, program), .. arguments];
        return _root ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--inh-caps=-all", .. whole] : whole;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string Run(params string[] command) => TryRun(command, out var printed) == 0 ? printed
        : throw new InvalidOperationException($"{string.Join(' ', command)}: {printed}");

    private static int TryRun(string[] command, out string printed)
    {
        var start = new ProcessStartInfo(command[0]) 
        {
            UseShellExecute = false, WorkingDirectory = "/", RedirectStandardError = true, RedirectStandardOutput = true,
        };
        foreach (var argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["PGOPTIONS"] = "-c client_min_messages=error";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        printed = (printed + errors.GetAwaiter().GetResult()).Trim();
        return process.ExitCode;
    }
}
