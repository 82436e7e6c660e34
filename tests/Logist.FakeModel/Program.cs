using System.Runtime.InteropServices;
using Logist.FakeModel;

// By hand and from scripts: Logist.FakeModel [port]. The first line tells the address; requests are listed at /requests.
var port = 0;
if (args.Length > 1 || (args.Length == 1 && !int.TryParse(args[0], out port)))
{
    await Console.Error.WriteLineAsync("usage: Logist.FakeModel [port]");
    return 2;
}

var stop = new TaskCompletionSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await using var server = await FakeModelServer.StartAsync(port);
await Console.Out.WriteLineAsync(server.Address.GetLeftPart(UriPartial.Authority));
await stop.Task;
return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.TrySetResult();
}
