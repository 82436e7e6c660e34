using System.Net;
using System.Runtime.CompilerServices;
using Logist.Core;
using Logist.Server;
using Logist.Stores;

namespace Logist.Cli.Commands;

internal static class ServeCommand
{
    internal sealed record Options(string? Host, int? Port, bool ReadOnly, bool Network, int? MaxJobs, bool Open);

    public static CliCommand Build()
    {
        var host = Cli.Options.Value("--host", "address",
            "listen on this address instead of 127.0.0.1; others than this machine's own need "
            + "--allow-network");
        var port = Cli.Options.Value("--port", "n", $"listen on this port instead of {ServeOptions.DefaultPort}; 0 = any free one");
        var readOnly = Cli.Options.Flag("--read-only", "show everything, change nothing, drive nothing");
        var network = Cli.Options.Flag("--allow-network",
            "with --host: whoever reaches this machine may knock; the token still decides, but "
            + "travels unencrypted");
        var maxJobs = Cli.Options.Value("--max-jobs", "n",
            "drive at most so many jobs at a time (default 8); further ones wait for a slot");
        var open = Cli.Options.Flag("--open", "open the Runs Center in a browser; of a server that runs already, too");
        return new CliCommand("serve", "Serves the API and the Runs Center, and drives jobs in the background.")
        {
            Options = { host, port, open, readOnly, network, maxJobs },
            Remarks = "Prints a link that signs one browser in. Programs find address and token in server.json of LOGIST_HOME.\n"
                + "Ctrl-C or SIGTERM ends the server, not the steps: they run on, and the next server or job run adopts them.\n"
                + "After a crash the next server goes on with the jobs that this one drove.",
            Examples = ["logist serve", "logist serve --port 0 --read-only"],
            Execute = (session, parse, ct) => ExecuteAsync(session, new Options(parse.GetValue(host),
                Cli.Options.Number("--port", parse.GetValue(port), 0, 65535), parse.GetValue(readOnly), parse.GetValue(network),
                Cli.Options.Number("--max-jobs", parse.GetValue(maxJobs), 1, 1000), parse.GetValue(open)), ct),
        };
    }

    // A method of its own: the web framework is loaded by whoever mentions it, and no other command shall.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        if (options.Open && ServerFile.Find(session.Surroundings.LogistHome()) is { } running && running.JobsDir == session.JobsDirectory)
        {
            Show(session, running.Url, await ServerClient.NewLinkAsync(running, ct), open: true);
            return ExitCode.Ok;
        }

        if (session.Store is not FileJobStore)
        {
            throw new LogistException(ErrorKind.Usage, "serve works on files for now", "a server cannot share a database yet",
                "without --store and LOGIST_STORE: logist serve");
        }

        var serve = new ServeOptions(Drive.Services(session), session.Surroundings.LogistHome(), Drive.Who(session, null))
        {
            Address = Address(options), Port = options.Port ?? ServeOptions.DefaultPort, ReadOnly = options.ReadOnly,
            MaxJobs = options.MaxJobs ?? 8,
        };
        session.Interrupts.Listen();
        await using var server = await ApiServer.StartAsync(serve);
        Show(session, server.Url, server.NewLink(), options.Open);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct, session.Interrupts.Stop);
        await ApiServer.WaitAsync(ended.Token);
        return ExitCode.Ok;
    }

    /// <summary>At once: whoever started the server waits for its link.</summary>
    private static void Show(Session session, string url, string link, bool open)
    {
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("schema", "logist.serve/v1");
                json.WriteString("url", url);
                json.WriteString("link", link);
                json.WriteEndObject();
            });
        }
        else
        {
            session.Terminal.WriteLines([$"Runs Center: {link}", $"API:         {url}"]);
        }

        session.Terminal.Out.Flush();
        if (open && !Browser.TryOpen(link))
        {
            session.Terminal.WriteHint("no browser could be opened (xdg-open): open the link yourself");
        }
    }

    /// <exception cref="LogistException">Usage.</exception>
    private static IPAddress Address(Options options)
    {
        var text = options.Host is null or "localhost" ? "127.0.0.1" : options.Host;
        if (!IPAddress.TryParse(text, out var address))
        {
            throw new LogistException(ErrorKind.Usage, $"--host {text} is not an address", "names are not looked up",
                "logist serve --host 127.0.0.1");
        }

        return IPAddress.IsLoopback(address) || options.Network ? address : throw new LogistException(ErrorKind.Usage,
            $"{address} can be reached from other machines", "the token would travel unencrypted, and whoever has it can run commands here",
            "an SSH tunnel needs none of this: ssh -L 7420:127.0.0.1:7420 <this machine>", $"logist serve --host {text} --allow-network");
    }
}
