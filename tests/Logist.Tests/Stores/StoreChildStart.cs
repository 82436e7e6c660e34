using System.Runtime.CompilerServices;
using Logist.Testing;

namespace Logist.Tests.Stores;

internal static class StoreChildStart
{
    [ModuleInitializer]
    internal static void Run() => StoreChild.RunIfAsked();
}
