namespace Logist.Core.Tests; public sealed class Placeholder { [Fact] public void Nothing_yet() => true.ShouldBeTrue(); }
