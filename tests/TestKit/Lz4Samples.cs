using System.Text;

namespace ForkTrace.TestKit;

/// <summary>
/// A text of ftrace, and the output of the lz4 tool (1.9.4) for it with several options. It tests the .lz4 reader against the format's own
/// tool, even if that is not installed.
/// </summary>
public static class Lz4Samples
{
    private const int Lines = 34;
    private const int Repetitions = 45;

    /// <summary>The first lines of <see cref="XzSamples.Content"/>, repeated: three blocks of the smallest size.</summary>
    public static byte[] Content { get; } = Text();

    /// <summary>The command (<c>t</c> is a file with the text) and the packed bytes.</summary>
    public static IReadOnlyList<(string Command, byte[] Packed)> All { get; } =
    [
        ("lz4 t", Bytes(
            "BCJNGGRQCGwFAAD4byMgdHJhY2VyOiBub3AKIwogICAgd29ya2VyLTAtOTAwICAgWzAwMF0gZC4uMi4gICAgIDUuMDAwMDAzOiB0YXNrX25ld3Rhc2s6"
            + "IHBpZD0xMDAwIGNvbW09dzAgY2xvbmVfZmxhZ3M9M2QwZjAwIG9vbV9zY29yZV9hZGo9MG8AUjEtOTAxbwAcMW8ATzEwMDVvAAQTMW8AHzFvABxSMi05"
            + "MDJvABwybwBPMjAwOG8ABBMybwAfMm8AIBIzbwAcM28ATzMwMTFvAAQfM28AJFIwLTkwNG8ADbwBTzQwMDBvAAQTNG8AD7wBIQMrAg28AR81vAEHEzVv"
            + "AA+8AR0WMysCDbwBTzYwMTLeAAQTNm8AHzO8ASADKwINvAEfNysCBxM3bwAPKwIdFjArAg28AR84vAEHEzhvAA+8AR0WMisCDbwBPzkwMSsCBRM5bwAP"
            + "3gAdFjFWBAy8AV8xMDAwNLwBAxQxVgQPKwIdB1YEDLwBXzExMDA2bwAED1YEMAy8AV8xMjAwOW8ABA9WBCUWMysCDLwBTzEzMDGjBQQUMVYEDwkDHQdW"
            + "BA28AR80EgYGHzFWBCUWMysCDbwBPzUwMRIGBBQxVgQP3gAdB1YEDbwBHzZNAQcPVgQlFjGBBg28AR83NAUGFDFWBA8JAx0WMisCDbwBHzjnAwYUMVYE"
            + "D+cDHQdWBA28AR85NAUGHzFWBCUPrAgIHzKsCAcUMlYEDzQFHRYwgQYMvAFPMjEwMM4HBBQyVgQPbwAhA4EGDLwBLzIybwAHBFYED28AHRYxKwIMvAEv"
            + "MjOaAgYUMlYED5oCHQdWBAx4A08yNDAwzgcEHzJWBCUWMlYEDbwBHzWKCQYUMlYEDwkDIQPXCg28AR82EgYGFDJWBA9vAB0HVgQNvAEfN/AGBh8yVgQl"
            + "BysCDbwBHzjOBwYUMlYEDysCHR8zrAgHLzI5+QkGFDJWBA8SBiED1woMvAFPMzAwMawIBCMzMBsJD28AHQdWBAy8AS8zMQkDBh8zVgQaD/AN////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "j1Bkaj0wCgAAAAD3DlRW")),
        ("lz4 -B4 -BX --content-size t", Bytes(
            "BCJNGHxAMHMCAAAAAAA7JwQAAPAfIyB0cmFjZXI6IG5vcAojCiAgICB3b3JrZXItMC05MDAgICBbMDAwXSBkLi4yLh4AQCA1LjABALAzOiB0YXNrX25l"
            + "dwgA+CY6IHBpZD0xMDAwIGNvbW09dzAgY2xvbmVfZmxhZ3M9M2QwZjAwIG9vbV9zY29yZV9hZGo9MG8AUjEtOTAxbwAcMW8ATzEwMDVvAAQTMW8AHzFv"
            + "ABxSMi05MDJvABwybwBPMjAwOG8ABBMybwAfMm8AIBIzbwAcM28ATzMwMTFvAAQfM28AJAC8ARI0bwANvAFPNDAwMG8ABBM0bwAPvAEhAysCHDHeAB81"
            + "vAEHEzVvAA+8AR0WMysCDbwBTzYwMTLeAAQTNm8AHzO8ASADKwINvAEfNysCBxM3bwAPKwIdALwBAysCDbwBHzi8AQcTOG8AD7wBHQAJAwMrAg28AT85"
            + "MDErAgUTOW8AD94AHQDnAwMrAgy8AQA9BB80vAEDFDFWBA8rAh0AbwADVgQMvAFfMTEwMDZvAAQPVgQwDLwBXzEyMDA5bwAED1YEJQAJAwMrAgy8AU8x"
            + "MzAxowUEFDFWBA8JAx0AmgIDKwINvAEfNBIGBh8xVgQlAN4AAysCDbwBPzUwMRIGBBQxVgQP3gAdAG8AAysCDbwBHzZNAQcPVgQlAJoCA1YEDbwBHzc0"
            + "BQYUMVYEDwkDHQDnAwMrAg28AR845wMGFDFWBA/nAx0AbwADKwINvAEfOTQFBh8xVgQlAJoCAysCDLwBLzIwmgIGFDJWBA80BR0AbwADKwIMNAVPMjEw"
            + "MM4HBBQyVgQPbwAhAysCDLwBLzIybwAHBFYED28AHQCaAgMrAgy8AS8yM5oCBhQyVgQPmgIdAE0BAysCDbwBPzQwMM4HBB8yVgQlAJoCAysCDbwBHzWK"
            + "CQYUMlYEDwkDIQMrAg28AR82EgYGFDJWBA9vAB0AvAEDKwINvAEfN/AGBh8yVgQlAG8AAysCDbwBHzjOBwYUMlYEDysCHQCjBQMrAg28AR85+QkGFDJW"
            + "BA8SBiEDKwIMvAFPMzAwMawIBBQzVgQPbwAdAAkDAysCDLwBLzMxCQMGHzNWBBoP8A3/////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "/////////////////////////////////////////+pQbW09dzFQXexqPQQAAPAzIGNsb25lX2ZsYWdzPTNkMGYwMCBvb21fc2NvcmVfYWRqPTAKICAg"
            + "IHdvcmtlci0yLTkwMiAgIFswMDBdIGQuLjIuHgDwBCA1LjAxMjAwOTogdGFza19uZXcIAP8DOiBwaWQ9MTAxMiBjb21tPXcybwAcUjMtOTAzbwAcMW8A"
            + "TzMwMTNvAAQTM28AHzNvABxSMC05MDRvABwybwA/NDAwbwAFEzRvAB8wbwAcAN4AEjBvABwzbwBPNTAxNd4ABBM1bwAP3gAdAG8AEjFvAA28AR82TQEH"
            + "HzZvACQWMSsCDbwBPzcwMN4ABRM3bwAfMU0BHACaAgMrAg28AU84MDEwTQEEEzhvAA+aAh0AbwADKwINvAFPOTAwOG8ABB85bwAkAJoCAysCDLwBLzIw"
            + "mgIGIzIwbwAPmgIdAG8AAysCGzGaAl8yMTAwMd4AAy8yMW8AKANWBAy8AS8yMm8ABwRWBA/eAB0AmgIDKwIMvAEvMjOaAgYUMlYED5oCHQBNAQMrAg28"
            + "AU80MDAyTQEED1YEJQCaAgMrAg28AT81MDG8AQUEVgQPCQMhAysCDbwBHzYSBgYUMlYED28AHQC8AQMrAg28AU83MDA2TQEED1YEJQBvAAMrAg28AU84"
            + "MDA0bwAEBFYEDysCHQCjBQMrAg28AT85MDErAgUEVgQPEgYhAysCDLwBTzMwMDHeAAQUM1YED28AHQAJAwMrAgy8AS8zMQkDBh8zVgQa+AAjIHRyYWNl"
            + "cjogbm9wCiO8CAB/AAPuAAzMAR8wRAUHFDDuAA9mBCED7gAMzAEvMDFmBAYUMO4ADzsCHQD3AwMZAwzMAS8wMpEGBhQwRAUPiAMdAG8AAxkDDMwBLzAz"
            + "ZgQGFDBEBQ9vAB0AvAEDGQMNvAE/NDAw3gcEHzBEBSUA9wMDKwIMAAcvMDW8AQcERAUPvAEdAPcDAysCDbwBHzb3AwYUMEQFD4gDHQC8AQMrAg28AR83"
            + "KwIHBEQFD7wBIQMrAg28AR84vAEHBEQFD3gDHQDeAAMrAg28AR85CQoGFDBEBQ/eAB0HKwIMvAEAPQQPRAUEFDFWBA8rAh0AbwADKwIMvAEQMRMCD5EG"
            + "Ax8xVgQwDLwBD/AN////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "//////////////////////////////////////////////////////////////////////////////////////////////////////////+gUG5ld3Rh"
            + "q/7NbqQDAADwR3NrOiBwaWQ9MTAyMyBjb21tPXcxIGNsb25lX2ZsYWdzPTNkMGYwMCBvb21fc2NvcmVfYWRqPTAKICAgIHdvcmtlci0wLTkwNCAgIFsw"
            + "MDBdIGQuLjIuHgDwBCA1LjAyNDAwMjogdGFza19uZXcIAAVvABM0bwAfMG8AHFIyLTkwMG8AHDFvAE81MDExbwAEEzVvAB8ybwAgEjFvABwybwBPNjAw"
            + "OW8ABB82bwAkUjEtOTAybwAcM28ATzcwMDZvAAQTN28AD7wBHQBvABIzbwANvAFPODAwNG8ABB84bwAkFjMrAg28AT85MDErAgUTOW8AHzO8ARwAbwAD"
            + "KwIMvAFPMzAwMd4ABC8zMG8AJBYwKwIMvAEvMzEJAwYjMzFvAA8JAxL8ACMgdHJhY2VyOiBub3AKI4gDA+4ADMwBXzAwMDAzzAEDFDDuAA9/ABIA2QMD"
            + "9wMAOwIDGQMMzAFfMDEwMDVvAAQE7gAPqgIdAPcDAxkDDMwBXzAyMDA4bwAEEzJdAQ/3AyEDGQMMzAEvMDNmBAYUMEQFD28AHQA7Ah80iAMDXzA0MDAw"
            + "3gAED0QFJQC8AQMrAhsxZgQvMDW8AQcERAUPvAEdAIgDAysCDbwBHzb3AwYUMEQFD/cDHQcrAg28AR83KwIHBEQFD7wBIQMrAg14Ax84vAEHBEQFD3gD"
            + "HQDeAAMrAg28AT85MDErAgUERAUP3gAdBysCDLwBAD0ED0QFBBQxVgQPKwIdAG8AAysCDLwBEDETAg8JAwMfMVYEMAy8AS8xMt4HBh8xVgQlAAkDAysC"
            + "DLwBTzEzMDGjBQQUMVYEDwkDHQdWBA28AR80EgYGHzFWBCUA3gADVgQNvAE/NTAxEgYEFDFWBA/eAB0AbwADKwINvAEfNk0BBw9WBCUAmgIDgQYNvAEf"
            + "NzQFBhQxVgQPCQMdAOcDAysCDbwBHzjnAwYUMVYED+cDHQBvAANWBA28AR85NAUGHzFWBCUAmgIDKwIMvAEfMqwIBxQyVgQPNAUdAG8AAysCDDQFTzIx"
            + "MDA0DAUEVgQPbwAhAysCDLwBLzIybwAHBFYED28AHQCaAgMrAgy8AS8yM5oCBg/wDf//////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////g1Bkaj0wCsI+LNQAAAAA9w5UVg==")),
        ("lz4 -9 -B4 -BD t", Bytes(
            "BCJNGERAXqcDAADwHyMgdHJhY2VyOiBub3AKIwogICAgd29ya2VyLTAtOTAwICAgWzAwMF0gZC4uMi4eAEAgNS4wAQCwMzogdGFza19uZXcIAPgmOiBw"
            + "aWQ9MTAwMCBjb21tPXcwIGNsb25lX2ZsYWdzPTNkMGYwMCBvb21fc2NvcmVfYWRqPTBvAFIxLTkwMW8AHDFvAE8xMDA1bwAEEzFvAB8xbwAcUjItOTAy"
            + "bwAcMm8ATzIwMDhvAAQTMm8AHzJvACASM28AHDNvAE8zMDExbwAEHzNvACQAvAEfNLwBBE80MDAwbwAEHzS8ASgfMLwBBB81vAEHHzW8ASQWMysCDbwB"
            + "TzYwMTJvAAQTNm8AHzMrAicNvAEfNysCBx83vAEoHzO8AQQfOLwBBx84vAEkFjIrAg28AT85MDFvAAUeOd4ADysCHQy8AQA9BB80bwADLjEwKwIPVgQd"
            + "DLwBEDETAg9vAAQPVgQwDLwBXzEyMDA5bwAED1YEJRYzKwIMvAFPMTMwMaMFBC4xMwkDD1YEHQ28AR80EgYGHzFWBCUWMysCDbwBPzUwMVYEBC4xNd4A"
            + "D1YEHQ28AR82TQEHD1YEJRYxKwINvAEfNzQFBi8xN5oCKB8zvAEEHzjnAwYvMTjwBigfNLwBBB85NAUGLzE5NAUoD6wIBB8yrAgHHzKsCCUfMKwIBxAy"
            + "lAgPbwAEHzFvACgPrAgELzIybwAHHzLOBygPrAgELzIzmgIGLjIzmgIPrAgtTzI0MDDOBwQvMjTwBigPrAgELzI1igkGLzI1CQMoD6wIBC8yNhIGBi8y"
            + "Nl8HKA+sCAQvMjfwBgYvMjdfBygPrAgELzI4zgcGLzI4+QkoD6wIBC8yOfkJBi8yORIGKA+sCARPMzAwMd4ABC8zMF8HKA+sCAQvMzEJAwYfM1YEGg/w"
            + "Df//////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////6lBtbT13MQoBAAAP8A3/////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////6FBuZXd0YX0A"
            + "AAAP8A3/////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////i1Bkaj0wCgAAAAD3DlRW")),
        ("lz4 -B4 -BD --no-frame-crc t", Bytes(
            "BCJNGEBAwPcDAAD4byMgdHJhY2VyOiBub3AKIwogICAgd29ya2VyLTAtOTAwICAgWzAwMF0gZC4uMi4gICAgIDUuMDAwMDAzOiB0YXNrX25ld3Rhc2s6"
            + "IHBpZD0xMDAwIGNvbW09dzAgY2xvbmVfZmxhZ3M9M2QwZjAwIG9vbV9zY29yZV9hZGo9MG8AUjEtOTAxbwAcMW8ATzEwMDVvAAQTMW8AHzFvABxSMi05"
            + "MDJvABwybwBPMjAwOG8ABBMybwAfMm8AIBIzbwAcM28ATzMwMTFvAAQfM28AJFIwLTkwNG8ADbwBTzQwMDBvAAQTNG8AD7wBIQMrAg28AR81vAEHEzVv"
            + "AA+8AR0WMysCDbwBTzYwMTLeAAQTNm8AHzO8ASADKwINvAEfNysCBxM3bwAPKwIdFjArAg28AR84vAEHEzhvAA+8AR0WMisCDbwBPzkwMSsCBRM5bwAP"
            + "3gAdFjFWBAy8AV8xMDAwNLwBAxQxVgQPKwIdB1YEDLwBXzExMDA2bwAED1YEMAy8AV8xMjAwOW8ABA9WBCUWMysCDLwBTzEzMDGjBQQUMVYEDwkDHQdW"
            + "BA28AR80EgYGHzFWBCUWMysCDbwBPzUwMRIGBBQxVgQP3gAdB1YEDbwBHzZNAQcPVgQlFjGBBg28AR83NAUGFDFWBA8JAx0WMisCDbwBHzjnAwYUMVYE"
            + "D+cDHQdWBA28AR85NAUGHzFWBCUPrAgIHzKsCAcUMlYEDzQFHRYwgQYMvAFPMjEwMM4HBBQyVgQPbwAhA4EGDLwBLzIybwAHBFYED28AHRYxKwIMvAEv"
            + "MjOaAgYUMlYED5oCHQdWBAx4A08yNDAwzgcEHzJWBCUWMlYEDbwBHzWKCQYUMlYEDwkDIQPXCg28AR82EgYGFDJWBA9vAB0HVgQNvAEfN/AGBh8yVgQl"
            + "BysCDbwBHzjOBwYUMlYEDysCHR8zrAgHLzI5+QkGFDJWBA8SBiED1woMvAFPMzAwMawIBCMzMBsJD28AHQdWBAy8AS8zMQkDBh8zVgQaD/AN////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "///////////////////////////////////////////////////////////////////////////////////qUG1tPXcxEQEAAA82/ycM8PMP4Pr/////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////nlBuZXd0YXMD"
            + "AAD3YHNrOiBwaWQ9MTAyMyBjb21tPXcxIGNsb25lX2ZsYWdzPTNkMGYwMCBvb21fc2NvcmVfYWRqPTAKICAgIHdvcmtlci0wLTkwNCAgIFswMDBdIGQu"
            + "LjIuICAgICA1LjAyNDAwMjogdGFza19uZXd0YW8AEzRvAB8wbwAcUjItOTAwbwAcMW8ATzUwMTFvAAQTNW8AHzJvACASMW8AHDJvAE82MDA5bwAEHzZv"
            + "ACRSMS05MDJvABwzbwBPNzAwNm8ABBM3bwAPvAEdUjEtOTAzbwANvAFPODAwNG8ABB84bwAkFjMrAg28AT85MDErAgUTOW8AHzO8ARwWMysCDLwBTzMw"
            + "MDHeAAQvMzBvACQWMCsCDLwBLzMxCQMGIzMxbwAPCQMS/AAjIHRyYWNlcjogbm9wCiOIAwMZAwzMAV8wMDAwM8wBAxQw7gAPfwASB/cDFjHuAAzMAV8w"
            + "MTAwNW8ABATuAA+qAh0WMhkDDMwBXzAyMDA4bwAEEzJdAQ/3AyEDGQMMzAEvMDNmBAYUMEQFD28AHRYwGQMNvAFPNDAwMN4ABA9EBSUWMRkDDbwBHzW8"
            + "AQcERAUPvAEdFjMrAg28AR829wMGFDBEBQ/3Ax0HKwINvAEfNysCBwREBQ+8ASEDKwINvAEfOLwBBwREBQ94Ax0WMisCDbwBPzkwMSsCBQREBQ/eAB0H"
            + "KwIMvAEvMTAiBgYUMVYEDysCHQdWBAy8AS8xMQAHBh8xVgQwDLwBLzEy3gcGHzFWBCUWM28HDLwBTzEzMDGjBQQUMVYEDwkDHQdWBA28AR80EgYGHzFW"
            + "BCUHbwcNvAE/NTAxEgYEFDFWBA/eAB0HVgQNvAEfNk0BBw9WBCUHmgkNvAEfNzQFBhQxVgQPCQMdFjIrAg28AR845wMGFDFWBA/nAx0HVgQNvAEfOTQF"
            + "Bh8xVgQlFjCBBgy8AR8yrAgHFDJWBA80BR0HmgkMvAFPMjEwMDQMBQRWBA9vACEDxQsMvAEvMjJvAAcEVgQPbwAdB8ULDLwBLzIzmgIGD/AN////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "//////////+DUGRqPTAKAAAAAA==")),
        ("lz4 -12 -B5 -BD -BX t", Bytes(
            "BCJNGHRQ/xsFAADwICMgdHJhY2VyOiBub3AKIwogICAgd29ya2VyLTAtOTAwICAgWzAwMF0gZC4uMi4gAQAwNS4wAQCwMzogdGFza19uZXcIAPgmOiBw"
            + "aWQ9MTAwMCBjb21tPXcwIGNsb25lX2ZsYWdzPTNkMGYwMCBvb21fc2NvcmVfYWRqPTBvAFIxLTkwMW8AHDFvAE8xMDA1bwAEEzFvAB8xbwAcUjItOTAy"
            + "bwAcMm8ATzIwMDhvAAQTMm8AHzJvACASM28AHDNvAE8zMDExbwAEHzNvACQAvAEfNLwBBE80MDAwbwAEHzS8ASgfMLwBBB81vAEHHzW8ASQWMysCDbwB"
            + "TzYwMTJvAAQTNm8AHzMrAicNvAEfNysCBx83vAEoHzO8AQQfOLwBBx84vAEkFjIrAg28AT85MDFvAAUfOd4AJAcrAgy8AQA9BB80bwADLzEwKwIkB1YE"
            + "HDNvAAATAg9vAAQPVgQwHDBvAE8yMDA5bwAED1YEJRYzKwIcMW8ATzMwMTNvAAQfMwkDJAdWBA28AR80EgYGHzFWBCUWMysCDbwBTzUwMTVvAAQfNd4A"
            + "JAdWBA28AR82TQEHD1YEJRYxKwINvAEfNzQFBi8xN5oCKB8zvAEEHzjnAwYvMTjwBigfNLwBBB85NAUGHzFWBCUPrAgIHzKsCAcfMqwIJR8wrAgHEDKU"
            + "CA9vAAQfMW8AKA+sCAQvMjJvAAcfMs4HKA+sCAQvMjOaAgYuMjOaAg+sCC1fMjQwMDJvAAQfNPAGKB8wvAEEHzWKCQYvMjUJAygfMbwBBB82EgYGLzI2"
            + "XwcoHzK8AQQfN/AGBh8yVgQlBysCDbwBHzjOBwYvMjj5CSgfNLwBBB85+QkGLzI5EgYoD6wIBE8zMDAx3gAELzMwXwcoD6wIBC8zMQkDBh8zVgQaD/AN"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////////////////////////////////////////////////////////////////////////////////////////////////////////////////"
            + "////////j1Bkaj0wCir66xIAAAAA9w5UVg==")),
    ];

    private static byte[] Text()
    {
        string[] lines = Encoding.UTF8.GetString(XzSamples.Content).Split('\n');
        string head = string.Concat(lines.Take(Lines).Select(line => line + "\n"));
        return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(head, Repetitions)));
    }

    private static byte[] Bytes(string base64) => Convert.FromBase64String(base64);
}
