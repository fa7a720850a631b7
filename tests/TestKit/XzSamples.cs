using System.Globalization;
using System.Text;

namespace ForkTrace.TestKit;

/// <summary>
/// A text of ftrace, and the output of the xz tool (5.4.1) for it with several options. It tests the .xz reader against the format's own
/// tool, even if that is not installed.
/// </summary>
public static class XzSamples
{
    private const int Lines = 240;

    /// <summary>The text: new threads, with near and distant repetitions that are not exact.</summary>
    public static byte[] Content { get; } = Text();

    /// <summary>The command (<c>t</c> is a file with the text) and the packed bytes.</summary>
    public static IReadOnlyList<(string Command, byte[] Packed)> All { get; } =
    [
        ("xz -9e t", Bytes(
            "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4GgfBbxdABGICweBYTlySP4E339KXpntfBnvSqWtg6lWikJlQiJhT2i3xdu5T9JynUPU9V+5Pfa07c6FH8E7"
            + "pVyOg3sk99SgEXzJ3rwDGzS7cfnSliL/BQsGzS1p9Ur9hK8GE4U6JfEUhPjIAQ3LBvfyT1MzHri26Q6zxWUowbzZkzS9+SVCLBWfYI9u5qnnVp8q8JOb"
            + "ql/6JQ6k6XgtiHPavXDUPxvWAVpOHLAn0Nlyc+cZOogpHTM0DxvNdlYAv4XbZNVhHSmaYy41Fr4h4W/kREpymnfeY80vZu6WiE4q2JCx1Gf4yelAmcvp"
            + "ZsdKBoGAETh/AV90RU4fXMdrdrU4/S0YgpqTLHUhzW1f9RUpeInHU2f9CDSY1rDUP0MR5u+UvyUr4gbHOWHYkn0B2/oMjfIB1aOt+HEqaz7kFjE3l6jU"
            + "auAoOKXIm4MK1xC3tEIiPM+/akUVtDvv9Q5qiGMAr2OoUhSNOmheStPBmbYAaPTyoI8jzzq8YfYsYUtU6izBBf2n+JvX3zXqZW961sdnnR/1HBKJ/mQ7"
            + "kFCJAeZU8anPqx6HWyNYytD1rlr4S/WtKx5V4WecXKYleWQR9sZblbO61/cEEW6r/OBl7LXVc/UTFCMsvGbNU1kdUCtwVpTyTvklk7yNMOc2hHYZaiQA"
            + "Y8iSADW/bj3QJxdWN4BwNnZ/0s8m4EA7+zhej+pDPxSTzH+eZNIH30kL6dmD3T9RHTRswRoLaiQQtsqQXlh5G3P/l/XOUpPZRgI47cND4xFy02lNyuaT"
            + "ufCorHuaOaVGB0ZsciMerR8KLx9SrPkgLyFskg4mxGq9baEul/PgnD5oWIhWjnJgbne/HCfB+EzYoOM0n/E5bLzed7tLL1qJ53JOI3bsA4iD7lUBa/2N"
            + "UBJmFgD91udFX7rquCU6OebDm1LWjS3YFbOLrlb7rDrQ+6+IdmfoDdUHeSBJhfhiVkv+KBrXi/mllhG9jgI09PgAiLPMzQoF9+wynpS36gRpIzpaIU23"
            + "TkUwnVvfXbCX+6PiuTlvUMQd/Tn3m+vRvenhI2HtIAsC6+ldVkThf5/8WR8oltMy7XcleqxTNc5VtCQrn+kQHqHyOVKiGhYei3RP1i2AlgMzgY3HYzpq"
            + "HTipDZDc9HEv36OsCf64B5UloenPcc9TykFlNtbW4DKYapplQygIDeM1dMwYgaip87nRcp5+8NEi/zVA7joszevLucAEYXUa91viiLxklitIhr2vs/ru"
            + "CaTu9UOO00ONGaxPD32jzDdYRrwN9JYw+NA/Z3i1hNMBDR2UlIOAtqz30F+8Q1o7A8yZw44rTMVItiDhwApbLmZFHluk5sQvNd07PPIG//Cysq1GpuaJ"
            + "JjENUF6ctMqG46q/1YGtpvlKaV/AO1tF4AZyBaILdxtlbN4vTXeU3O0/wWevR6VNG0Bl4X3SfQ0E8uQf+VUl/pmuy+/yyUnIUK7IpINe7CIGfZ2z6XFL"
            + "1ikAns07GAeFBxcm4LWVZbeOfbHFCObeWodGw1F8thDR+WqG+sHiXLelIuJCTTbPAYQaXQpx7s+Eh1U95NurG1WLhoYAdFgfeUqJ13Afqqms0qM2Ky3O"
            + "u+UpetLsHZxYp7D/C02A8o5LiyMQt00lBWYyxB5RwxRqygAZr+X0VCd/u4b/UvxBIxo/f1mywYb4pFGhoV8hs8zElDm2SoRWMvO0r1pxR6E1dLzWHn48"
            + "Xr3e32iwFWukmyvMiS7niNyyjVAQtdwCNNY1ms9OB6ZChai9TxRK+G99O9sXmtmi1AX9+hZT5vVfygZbjg4NLBC2Fm39wDH8nTJ6EXwZj8Z75KfbZE/u"
            + "5H3goJ7/mvpwYitdeNbBiSDj81pGt1/rOVwtOqQgqdI7oZVjbfsRix2DmePQ6XHHSTm8trHTsOpcEfYER2t4aijpGGCogECsV3hnLBzcnzKhY0BKXU3+"
            + "KmTEI4Gfs4Q13OiWCdukopVTWwAAwED+lDobzrgAAdgLoNABAPpmEZOxxGf7AgAAAAAEWVo=")),
        ("xz -C none -0 t", Bytes(
            "/Td6WFoAAAD/EtlBAgAhAQwAAACPmEGc4GgfBjZdABGICweBYTlySP4E339KXpntfBnvSqWtg6lWikJlQiJghlbmpl207eCXGKH8pTd8izG7aTKkLcZ0"
            + "dFK2txQtPueOvkQ3uZB5apZAfXcJ3jm6hsig+mdrqaXhyyzVadX/2LF9lzJbofMCyDfsFnsITYbJT+5OzVwlvP2Kv04WW4U/7ouzgWf87iSE61XE7jB9"
            + "YdKc/f9Rtf3/ie39kuH4k3cW8C+Yy6r/KcCW6/KFxCG+ZSa2sPd03wkHdD69Ev7cVNbpaYrs1AOShtdVJcIvgHoDnuDRZn+G/EPNCO/f4XUB3m5WjveQ"
            + "nSaF5DwtMyTd5II0yCUPxWITzD5HiHuYYa8MEjRXVVTl4hwBpt7ho5/qXVd2H4XO3wJCauVwbtiqMMii7BR0JWUBQavo/1x7pzEJHoxqQDUBjiniu7Rh"
            + "PtJrpHatZUk1oSH4skhcyubgiZqNdcNutz52PVrrO7hAbLqU42I2Fg2cXJMvkI2l2BJVA5BX0KfYiLCEjZCcNKbnVRfJucQq+tJqk3jTNFjJX+/ZDgGV"
            + "Z3n4nMiadeI4wrXe/m3TYNNr+VTWmpT3zBYfScDGpY5Ry61EQ7Lhyvv9WQh7pb8naizjeajd8GUxUefPIugKWu1dgsspRBwHQsqlCaPn/qfxPrRtUYW8"
            + "359KKw2gRkbU29xvavPD7aQknWASssCxF7IjfvdkqjXtZZm8ZynRkIcJkLczU4Tzed/Ik1EvclGkuFUPA3RkMWa5u1RHNk7YQTPbfK8hGnQyYEvAopU6"
            + "fwJSJvoPspFrhSEmqI8tWNZNH6/MRNhNHVi1it/lsweSxSauZFTugzRcJ+huTrPKmsSYXOJTpgK40LdE3AdFGPeJbFSNW75qRKZvUSZqf8YjJe76dY3o"
            + "wvgoUwr2oIL/Rt+UVFxRb3ec1eHzk3Ltrmj+EvFUMRipIyTw/7ojywJAXD6U2H2G6A43BgwjdhQ9aV0T0nqEtC08fW6EVduhwLpcFBHXDcFxL0txhw+j"
            + "ig04UX9FS37/KyxRYNeE3Fy8B1/z86b62rpWomrb9twf3vzxXmGzQvgSeNUC4/aVZSc+dGwdfYkM9jaNGH26fAwqiM1i4JrxoMxhYmVvTlhHFcxhu/J3"
            + "PWlLF80fHutQLdTpHZHj/O0BxObWVhK5kBl2XV2+TDjqWyagnL4FStpPAXMgxczabZ49afVh533vg7Pom+7Vvza0xIIYPEpx+FdQL6KNwGstv0GIvJKo"
            + "SAd4Hz3aDLOLzUWTVWxTAhtH3L1xgO7pEStXzHL7M9thLlB0fAk3BJnczzcVbbEzEdnSJwoZ3bYOkF02VHbI4D1RRyGWpQesEtGbL56PRr1DPZ+mcYvu"
            + "O16oZBtf8/86uQ91geLp8SRSUcI2B6t2ZRjt/lnM0izdq0sR6U89Y8CJSquMtOjS5Q+77Hos6opT3UaoN9Uga30BvSXYzZceAAg3RVMM1WQHw1vOLCQC"
            + "FcZ/jDUy1/VOe6sd8S8TO2QWu6+vHMFGExduowBe1KOB4p3EnJo/nuK8bexMewJpynCXMlzwkOBctNCn6HBsNY1m49J/ag5Z6cLHpLyS5iQi6jAH+woG"
            + "wQiEmTo+y8polxCu7r+nHrcfBi/E+y7DZZ4+9UHR+QUp308HSthAWZLkFGYBbg7mI7wXoAtJFQVQGHrDXwSs35ClabJE5HCuRz6GXrzlW1p+G2XsIIDu"
            + "v4UEX9gaKjS3uBIG0DU1dwDA3a5ES8h6RT2A4q1PrVsL3uV+zoZTxo8dkxds+J9H7HIl5UerPMKsgkidZALZBf7YjicvWaWWtwlKnhrKpTFeFCxQPohx"
            + "eCMYbdeImB3a59iUOTv7PNhJpfyzkrz8Hrm98u+ZkQS4F6GGLk/GvsesEVSj34D5FUOvZbj4M7TVf8jl/62keYMaxqDpI68HdhfSF94OY297GoK/Vn+J"
            + "Fx0yMUnN8+21YMhwnMzCSk2mBlZWeNg5x4YFdpq49/lx51vm8AEaLchqa1n/xdi9p4ZNnn59vR/AG24oh5koNb561On3aAnnQWqFkqrWwN3FKcGHT61i"
            + "KHv+oxcbptViygB/sQEwaDiOXQjoEYErojBk5EoTXEXFmVxnwg4jfQzbYMWCw1k+gUUf2wXmAAAAAAABygyg0AEAehkvb6gACvwCAAAAAABZWg==")),
        ("xz -C crc32 --lzma2=lc=0,lp=4,pb=4 t", Bytes(
            "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4GgfBzrYABGICocjCYzKch0IDcbzgChGChF+T9ThR9g3XCYFZ9UcWIgMZc8Roeb5HHbXitgSePTl2GAv+l3f"
            + "vSUHh5ToZq91EZ+x7AeHNPafD3FWpvaRnt6G9vmKbvCrRT+4kTM3pG5UJVjqnDlGz4Ca/8Q4fcGookNZzQOnskbkzCeaaAnWoWV9sjzO0sG2Rn9nVd4x"
            + "nqcY3YPhN7JkF7j+O7HWu73xXblaENavMKAvxmrgVwY2EdtcTcyzunNzVVsk7FPMqt/f1MPTuwvcfR3tP8oyL4uzzlBnOFU3U+j4BWWt4PNRbtzZY4ES"
            + "NDMrBCyscrJreJB880RbxfcMmM7gfONVKcUZyi2lgZ5JtK+C0OYq1Tm+sWI03axEdUorvpyLOlI/raJXZCaCMvtpRQmkxppzJ06y3rtJIkEZT9+Ib2LP"
            + "f+qWOIpa82oATtZ/bhhm7mFc4zCB2UB/4dMHKw7iTKCHBYQ7NePA0XHjFMAtnbp60Gp0Z1NEFtdi6l7wUEDMtqieOZ5yz0tQlTvw4yixb7sqgYcIl1hv"
            + "jRu0BgD/1YdqjMIp6dh2kplvj9wvvkxy/+9HODg2CkUCrdm3Nr6iOWpj8Wh/WVC36/kYU4+RYC1m62a40PPa26cLlpLoC5Laol7GJ/FHQ/2ggLGPpSE9"
            + "Lz1SUQM01p9VFEW4+KHYLaXwMYsoOPo310T84o92hpc8hOENRscgKR6tKnPCGANlKqouth9qVfs695Vuuk1xD10NimfHwVeMTcYVcyA+6KH+15403WIR"
            + "Z3f2ZfWMQkVP822NlhrSnutXWps2TzdHj2rEJCLAgSQ5e+mQmplWSkZ5vjFr/yMhPPDGi2F0aC1GhGZ5YeYmPkOy4ee4r4JLO1BiwHlKfKd9AEEpFgmB"
            + "X3ae8ug4LpJP68irtGC4oM9+HsMvIVhAY6pqwK3Y5kX55rtZs4CqoyuzblEKAaQwiZACG6TtqZlYvzhHIeMO5zJtRQ7b/gDuG3EFVF4Dyad1Xtm3TE5H"
            + "fqZzyWvF1621Z+pxwfQBnAKZFuxnn+mbNdaUP1zPf9g/XXbS1WaBbbkaKgPrShDY5gvXmKA7y3sO/rU5OlN8MPjlZgfwgk+5uw2970s5vSCljLaEJ6tD"
            + "W5LoQ0KDAPAnhO+P0Lksr2kYyiNFvEH+zd5qwm0SOFxVK17QeGqsArSM9YpJwdtMQUfoNw0bM4E2HJZqITBpkdApUB9WxysV/ktyAFaLev9YQd6cp3B0"
            + "UtdJ+ZG3ZkL5mNyn1TAtN34Lr1oz/lRldCFj4ot4uu/PSwM23iJevrFZCm58QUgdO8ziBH4KjxPSjuSR40KNA2m+LTR8Brl4aG8pz18irz3fGmOq6UtJ"
            + "AnRjCe8CFPEQ+4exR1JiZnGR171yMk6x2qgJjhjr4j4LNidKDMquBPda5ojVMYlCVY9xH1BwdAegF+m3e0UguQTmMZ4nFvGlCpm8zNFInn5texv0Ah5l"
            + "Ge2VQd5TI+og5BxU9bm1g6y1LN6Jthy/15t/GAAX4CDFB24NKzJKRasud530itr1kIi4R8eC8vSdGtfCVCzGXcOGEw2EPDz4GLxqyaz7l4qlI1N5t88n"
            + "l5EwfGhUPcLFzKGPNt5IKCUSJEZlSdtFwUOdFkQoTbKFW9oVqPPxoytmbkFO5/iWOImXBWOSB3FHMDx5EEz6VpeBuHY1b2qDFx7tMEpYzi/3wvQ27H8p"
            + "zIzYeVRrkjPR+AlVHpWT0H8eqObvJQldF8Gw1/7gfc8InVVkl3Kz+e1uxd+AHl2ffcLx/toRiy8LoyNcOMEhcB0sZi0mAcAubVzQ7TnwKxjuFhY+WORj"
            + "Z5LxzM/dmgWKmHnHg6GUXOPfN4MqkiUl7tWYQHJ1eCrGGd+IyBQruVML7N6W3WOFaopy1sQ6FiGqm0r8DKwzWwjQay7wSiPV4oZBqDNljUBnXMZXMc98"
            + "Ljx0kF5b5TwLzZGvRozEqXtB3B0l1SBI4hEtjQMpwGRnPc2Jm/xM8JeWuGxma6VIHc4+t42qxXkY6bCHQsFGxpIw+jJL3f+kxBECNIfe1IJjuEuAl/ww"
            + "TMQ7g4E8ebv451HSxu24ZXK0ajodgYhf8t5g8DEIz9A5QDhI9T3fX/KM62bmicNztmEYNcNgAcQ0KG/+MH+zFtnRPvG4cTpNMvyWGtjGVKo71G1CKD//"
            + "TgCO4bJp6+Se7PNfCoqwrwtHPjvrRjHuvZnBamBgxb0oTX+Qyy40NwaHgZsQQpaS3iMdXObt1Bea33dxlbfSB4G9eryXDvCzS+Abg0JrBOkJCetCpqMQ"
            + "+qE31s95thkA+AfQuNKnAT7C41mpYAq3giqgRVGJpUnIVCMBgpAj5k3bz0F4/5qn79ubIjPNl1/8GENE6ZyBc6bFpz1s9uaI9kJqczTFpFqQ2zWWUvqr"
            + "dpCsyLLhsPZEWA0AFfwE3laLzfez9rFlorRPQHbhpQKH7Gt9ruyaPd3HPVnQzcymej138q+QAAAAe5BKoAAB0g6g0AEA7Mpq+j4wDYsCAAAAAAFZWg==")),
        ("xz -C sha256 --lzma2=lc=4,lp=0,pb=0,mode=fast t", Bytes(
            "/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4GgfBlYEABGITHSL5ectrCl0dvpYJYzKPMJVSxPuCvYLpsfdSXB+Wbq75p7QMtOZkWj3FlmhnVoNLGQnFqVX"
            + "qnrTose7HrlZyOrXSfI4EVZdfiDFMh/HB8raXpoLs1V15gW0GzXXWtgvwDMG4U6WqygoDNQPg3/mdtSDWOz/Yh03uaRjxemPiMq5f5cZBRayDYOCeepI"
            + "1s8IwFyKHb/ciEEann/iLLXHlAik8mSxLdxGuU0wkI51xvhus8/hGKNmDV+XO3ADt0SNGYmOMkFXTps0byfPlbI7vYy8hF4v+Ro6QoPDtm9/6/AucWFa"
            + "Z+KxcqYjPLfpF4kmVyMJLVdVc/3ZNzwhisIDbuaKqjCbFwSXRdAEsWVSb39uOsDQutAnH2tEmAlKNEAzZvinZmkUNMrcSu4BC6EQwAAZiPb5i0nrGidK"
            + "MSbY2V36YsdybdlruDNVs5VK2jMK4OG9Ksp1ZLQKe0cDBOjHoa0VRUK4AIFVEHZ6NVx2xIRm6RmY1ogHSWusN5nOGPh4qxxr5LPTfiWG2foBhu2bcpBV"
            + "eXxrIhWEZ6c3WU5Nl8XnBVAcaLb+K0k/rtnNJihKq9S0VJmBWU/aXUcflnCrR6aCTf0bdlabO6hDqCdWyug4TDJh86x2qeq4Gm5ljiF+PpdSIt+XAX/0"
            + "nUCn5JVVfr06o06+160WRK4nD49OYTHB4f3GiHOyQ0JzzPZKOMYNFSw03dFUABuRwQm55B5PZkifCzmy900mNc0YcXDTr8edWttNbDXiWx4ljhFDmhPH"
            + "Q5IvJnfcoryyb02lGTu/nMr6HTWUUf+dJ9ab5ZLXMKDPoENiAs5+5NC9qG588IhG7ukatlq2eWnFNJMOUZa5tC6I26diuX/peGxgpl9GNFfzcIFBO955"
            + "QjZSFqpvpMwUDrTaD+SX7th9p631Xzlc2OY9yc7bZqXSGGPnK/KENtQLjT1m4tNZezoGt67wl2pWFKv5pSKXi38BjrC1BDxKAZBRlIuFO1yDV91GXJI7"
            + "JczHdlo0aw33iAVX4ybICBKuHuby4Iu/Qw/rP51qgFoHJhLc7jJKJLETopZfOhHzZw6tmCbI10mjiM/TI/LS1JuVZAe0Bd6NPbBaWmnnwW1f800Ydkyp"
            + "/T7OAEQMpdiAyspPUNds+r0fs7rWLA/P6l8TUrpmQ3XVDLLjewdrj7d9Vsm0OJAuoWBJ7GVCEImP2buhaiDUhzsopfs+5L4cIN1wYzKDGo1Vmz9GczXE"
            + "P/+irVsdccnw0lHOz02PmWVfObjAvdSoiJRT4+SvSxcQ5Ql02G0MhKwnN2UvxYdesUh+MHo1B+cTZsI4YYunnsRzoJXmVQ2uTdgZiIyhBXBpaR+Q5dfE"
            + "Wi7ITOXrVsjX2tE2qS1KnI1gXngpwnEP3+GSDGmPL7f9PLRItGhFTavX3o0PdnbYCBSHRYuimH1occXKe6rq3CoKaknZ6NZSuTej88RfDUWAqJcWUaNI"
            + "I9Q24qhDvFlksHBiZ+bcsvc7UjXYUrt8pr6Hx4znkoFBGcO2zZE2Tef6dGC0g5LQe6tNLLAgW1bVbPTNuFNeIjFL174rs9GYRpXvBovkR8jxG7ROSWgR"
            + "6h0Un3vQCRX0QIzj88SRexZ+hkTUSI5JwQcijy1JiTnO8gvIyDfqLpRMXyVhE0Y62KvYqtxc99CPse5tczM8vP7tbz55tThZgS2ZdzZAxp/PNLWYXkvn"
            + "RSefjRl0IkSTPKF2Xs9EnhWbCO8RFNaXKkPJp81cOWh+Aemu856udrLtvlTG+idlVgrfNypvGCjPbLe0xrWdlAQh/sw94WfI3hdOGRpKW91TSXyoeqJR"
            + "TeVf8AXba/CAKLvY8O35xr9UEflqRMksJCPumXvlLPQpZaQvVsofOFF5e5zM4oMFQ0G+iVgaLmXBD+peBYRQMh8TjiNQYOjbC1bEnAtrTbr2e22lPK2j"
            + "OWm0/gR4jxmTKndDruB7j+f/IELsZ4w+YxZPar6tsZUYmgLp/Ka67lXvxGqSTtgh2JqRHoua/D/7fEjmuTzKUUzI0ubzMUdbbujN1eRyBKXz3TQadx0R"
            + "xWmcLlB7IKQfxjQ+nGuvydisSG2DLYRW/uwXxY6Z/Oc+e0SEsYh48oOrTS3+uoNH9narl7pxfCXxyYyzNYaiRFTHv+VZeZwuQ6SeG2AibyLaWTGYzfzP"
            + "AAAAoJdOmCj4Tw6h/FpQXhaHncqV/dwkOa5+8aPHshXH+kYAAYoNoNABAKY6F1226d8cAgAAAAAKWVo=")),
        ("xz -T2 --block-size=6000 t", Bytes(
            "/Td6WFoAAATm1rRGA8CFBPAuIQEWAAAATQopFOAXbwH9XQARiAsHgWE5ckj+BN9/Sl6Z7XwZ70qlrYOpVopCZUIiYU9ot8XbuU/Scp1D1PVfuT32tO3O"
            + "hR/BO6VcjoN7JPfUoBF8yd68Axs0u3H50pYi/wULBs0tafVK/YSvBhOFOiXxFIT4yAENywb38k9TMx64tukOs8VlKMG82ZM0vfklQiwVn2CPbuap51af"
            + "KvCTm6pf+iUOpOl4LYhz2r1w1D8b1gFaThywJ9DZcnPnGTqIKR0zNA8bzXZWAL+F22TVYR0pmmMuNRa+IeFv5ERKcpp33mPNL2bulohOKtiQuWBul2Xf"
            + "cHueIh6GRpNDb9xZdMKPYsqWTWpCk8Nerk/iLlJx0Meu3zt8y+ygGK6/nf9nVl56Bz7vq88EiadLYz0NCycb6FxdZIuJ89DXa7D4puOTa2j73RoM7GlL"
            + "lxKoUJkFM1WTHmfXHdbWQK7q70qy9hEczz1XKuaLj/cTwqehtfUQ1NXdkr2bInWo1JDWvvCBMGevF7Ud/MMxUtMTe/iVPjeYwJ0ywkQQw/M07NuGsETQ"
            + "/2Kg0InwctP71xZsK/NqdkbRNLm/B6vdJQFmRomO4m/lbWwH7KxB0ZivRz4SXwsIoNzyfeKiQOP/L1KzGXP94KnTvx1YEdd36F6YdVhKusHWEMPb7mst"
            + "ZQIah3bCcmCHq2aI4C/mLGq0JgPoAAAAAABXywVY1FUN5APAhATwLiEBFgAAAHNh6/vgF28B/F0AN5yIzV+BPN3xKd8T6jVygAxY3DkiK+xBcDPhQCY9"
            + "dYvXs+v5Z9wy2hCJ4XGoiSDtTE340u+bLRY/rbCYl+TF7RysgL3WIW743l5/ZKjCBLf1W6ndIHhZrOKqAZ79x+CfgBTKsEi1OpluRwBsGPbsWuXhzB0o"
            + "QdP2BvG7neRVUemKBYSDBWsfZ97qhbOzlx4xWXtnqMfY/F74t5YguIiSwVguW9+THk6dyjK1j/y3ssMRaZTXnfgGk+hDQD48c60P4Q8dr7yAkQpfuBFE"
            + "UELlSqs6Ngd2x6aEeSoAhKWpxpIeIkSPoWpfIthnieRu+8XHy/Ju3di2IWf8YAKo2mheXKYtlEcs+Wc2Ew0+CTtcDyvUJIUy0XZzHa8yGPLvGH1s379T"
            + "eFqu0Jdp3zHrn8f52OgtZmb1+uQWUoU466ZyS/451UyQTNItM2ll9U2wAdR2tmSgpEp7Ar17hIRzL5G0mlOBSAE5f1pm6mY6vBO34eAM34Pma/YTXWQY"
            + "EtCnjCuokD+PW0zQwj6eUxcWQNQmUCIed2Q38M/+TNAs9fcVe5bwFA3p8UHiDU+K/aU9YakPgwLHSUFjt7hlgaJXTFgPzYW7rIK5mbNUHgY60t8soRaL"
            + "I8h9grBconarmWMIyl78RMLBGFWO1gGBpmg4Fc/+y3sK+K6s8vQbLS4HAAC9LEGkLFIYdAPAjwTwLiEBFgAAAISaCwPgF28CB10ANQ9CAKXqtQsZIV8p"
            + "Agy11Z63TixEj/GoRHgO8KKHdeQJ4DWvrvMvZjXuc8x2kqY4b+OzS5vmiv1pJ4ntfDf+t8oGa4AZlVl6CQlugf6PtJo3UsY4z8rZQeMIX7AozwB1v6qY"
            + "VFezuzCb1KC1Ejg2Sfnf6dUhJzuPB/hehrG1gUspRyUmhHiQSfVG8xZdxBrAW38pE7u4VRSLnJOuWkKoHL85yrSXc+EIWWZoc9pBSIiWoEzMYL1pbYoh"
            + "17cNcpBn5s20+MWxBT50gAr5KBtR8dCP35RfL4yq+VOFS8x7p6fMLR3jOwmw6kFlNzFQtjAtEYgVMhRujcWEf5NCM+Y4oaCl9B7/scIjbBXg/tNnQq0c"
            + "JTaPlx8I71a3HlObFrFhJOcV/AkHEsylM8fLj0fF2K++i9TjpC57kfZLWvLqYM2sZEgX1zgPaRCymKLFc5l4qK+BlJy51chkTwpHcC622p2EBhWsnnZA"
            + "zIgiOnlzaNyR9p4HTi/gvlRRkk5kCHx/B46nL1WsQs19njTjFqxi1pPe9XmSXk+AoTPJFlWKraEX9nq3/CyXIVEu32r9yIMGVon6FRG7wrBjU+Q78SGL"
            + "a/BTAmLpG1O43p0oohfAYioYzVYkKdYSLVg0kXUFd8B+UqFFl96G0fvErFDnFpddHX2Y3prbM2BgFDfEnDpshvavAkf+XPa4AABj8tg+U3xvtQPAqATw"
            + "LiEBFgAAAC2Ciq7gF28CIF0AEGHY3nVZKf5vZKSA2lwe3YUI0R8Q1expsYLGNpgwWkgH14djbi7UjOLhiTEQ37Z5mxCEDhPdvf78KUS2UhlmyIoN7hbp"
            + "ZFKm81UWfqM+plitdstM1XD/XOYgqLSqEn+T9Z38i5xbfiIvignmbXjpthYrmV8xFSOMaQNP43mXthMS0ucweFZ6HOzMdkrB2Zxgn95wVUxCGaa2d92h"
            + "si+q2OsfEEhhMK5QkBfCEOfP/UKYBIdcUNTb2eXTyRkEktHEECkkBCfmFCJ4zdDe47bWU0w9hWWm7z6j8Jp/n8WUwyt8XFs0MH5Jo5XRrXaUl/3hdpq9"
            + "eooOdLtty86gpcWG4HBqnP1++Q9vqJHH50KajQmhYEEXXBPfjpTAYhWVk6+edOEIxD531BMs9EiTSgUu4xqVllbXeGV9RjPs+0n746rgaEv0ztvKrqfl"
            + "Bobe5npFYbBvgmsVgvNdfNo4guQ8lxifPHAOfbt6b9jBdixpMuBqTdXRF1EwsxE+ari9AShM0x4bc0Qz0pwgH3rz8gmR24ysFYE3si6dDVs9PugWFk9T"
            + "AOZbvtCttn9QsJLBsCVExgS4tRDzxqgjdZRFon93oTymVi81f4aUtkQMe4GtilTt8RZ3KJcjKQkodLYxXCR09CgC6FCvlITlOuVgJ5Y/MUIpvZVXcAI1"
            + "uc1vvitcNE7bcDiUlcUSqs3Ulc3U1p3sRbD+FVGrrO/e1seBXALJjAAEnUj2e2eScQPAxALgFCEBFgAAAG7U42bgCl8BPF0AMpyBobi6qJjwr+OLP3uz"
            + "/gqlpsKXC+fHijOO+5Z3rjSd0+n/u/yDF1rJKzvfTbRR86ihxIbxztuGwvhYAQuDZlq7UPtMCs2jvuUbA2rUbtx4rTR4rPhWkWZ1anXqNtV6ICQHoNvL"
            + "JKgmrJC29Jx03u6W47SYPYN+8T1mZ3FmfcFNTgWydnwfbmURvIH+BGzChphpAUIaaLvNhe5zrhm0QEkAKOk3A+YnQnh/p33xika+S7JEA5sjSnTsFAVN"
            + "k9H+iV8LDxKvMSPzXT6u7srlIcBG7YEXjxLWqo1LL+76c50sL34Y0/0lUwEgTSNvQVv6jTdnrDN8/RQP7mM2vvIRoDNo0z+8LPiHqoj+bT64H+NUCApS"
            + "UlkNpPCbcfb8l8LNv2B2h+kHm/W2rgPwxl26M8j6V4nLEH/V88BxtgAvfjijvmr8mgAFnQTwLpwE8C6nBPAuwATwLtwC4BQAAHFpy82nhvZgBgAAAAAE"
            + "WVo=")),
        ("head -c 9000 t | xz -C crc32 > a; head -c 8 /dev/zero >> a; tail -c +9001 t | xz >> a", Bytes(
            "/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4CMnArNdABGICweBYTlySP4E339KXpntfBnvSqWtg6lWikJlQiJhT2i3xdu5T9JynUPU9V+5Pfa07c6FH8E7"
            + "pVyOg3sk99SgEXzJ3rwDGzS7cfnSliL/BQsGzS1p9Ur9hK8GE4U6JfEUhPjIAQ3LBvfyT1MzHri26Q6zxWUowbzZkzS9+SVCLBWfYI9u5qnnVp8q8JOb"
            + "ql/6JQ6k6XgtiHPavXDUPxvWAVpOHLAn0Nlyc+cZOogpHTM0DxvNdlYAv4XbZNVhHSmaYy41Fr4h4W/kREpymnfeY80vZu6WiE4q2JC5YG6XZd9we54i"
            + "HoZGk0Nv3Fl0wo9iypZNakKTw16uT+IuUnHQx67fO3zL7KAYrr+d/2dWXnoHPu+rzwSJp0tjPQ0LJxvoXF1ki4nz0NdrsPim45NraPvdGgzsaUuXEqhQ"
            + "mQUzVZMeZ9cd1tZArurvSrL2ERzPPVcq5ouP9xPCp6G19RDU1d2SvZsidajUkNa+8IEwZ68XtR38wzFS0xN7+JU+N5jAnTLCRBDD8zTs24awRND/YqDQ"
            + "ifBy0/vXFmwr82p2RtE0ub8Hq90lAWZGiY7ib+VtbAfsrEHRmK9HPhJfCwig3PJ94qJA4/8vUrMZc/3gqdO/HVgR13foXph1WEq6wdYQw9vuay1lAhqH"
            + "dsJyYIerZojgL+YsajirfX4OcLePJImq1+ZntXNNq3jr0rDySgvL5Xioe83+UEvzzUVT9m1zEt7JypJuxtaBwzRCM51vTPv8AA779t4OIqFWZA+mR6p6"
            + "mtkC4qyVLiIVgoovI5ainVOL9uDTJL9z+A77NxDMdDzawXECrSZco1K6slHMTT+Dz0OAOO66er3mLVshPRKAKFL5+bSWbXOoVLGbI4ZBbnyHZUpaQdE6"
            + "Ru5iIFSSW/J+x27BLnach1dmjJUCCQLtvgAAAE8IccIAAcsFqEYAAEJ1Uow+MA2LAgAAAAABWVoAAAAAAAAAAP03elhaAAAE5ta0RgIAIQEWAAAAdC/l"
            + "o+BE9wRxXQAvmEiGyPguSNQlSLWGD1Th8UljiIkH9lp5EDNPNN4ypjP+fvNfTc4fbNg8LJq/AEbUW13HLZQC9wS1M/DFYK1Pwi8kKQKeenl7kgewnWkb"
            + "1ngH3wM/FdyGUZjQm19hlk3r0mzNRlu6Kdq/oPeln4Ueb4SsDH9GCj4KQ0XQQvD2L4FsjNoYo0XDomDVPWRCUtn450veTRiJ7hF6LhW3bYn/atsXhs0S"
            + "Y9DD6oQ84RTJt0Te2g71oXR3mJ5CgKfChM+w6Oi2QrUrrcBkDiZacuZPPMuEKnr5i2x4KWeLU71b/+BrafkU7O2X/uk9mvqTLXQZk2AWy49O63tuhwwM"
            + "/de+iUH3FSgKg0TDo4Qu4ZEdoideZd2c9OWWFy4UtGOhGxDzn9vXEyKYIgGApAmogKsCbx0R1kD7RSJDifJY89WgNLRvEt9d+h610UOmN4ZZP9E+vIdv"
            + "tEI8w5UFRVFf76KvMs36hHkvM5KUK2h46UzAsiVveqKiIxRyWsT0P2VctHSP/1E8NBWAVTeEwbk5cQ8ouvcHZHWVaFUblFi1E5Ipf78We4WO8UHym95K"
            + "vuOx40wPZmMc4yOy+9Rko6+2TJ6imWURR+U47Q0PcI44ResFWosI74df2Rh4DSWSH5AYIH3hMXOqbEft56gWOkpNgxQDGELqrFEuR0VkNoFsLzJcw50D"
            + "4pNbJTM/O0nruuq8/1ec86pbWV+qHQCKZvhWlU5tgqRktd4I0/Of5cBNy/+NAIh0S8FP4vy8V5xP1+fokLCeK0Nfae2ZP/m+9ws2qLW/CmhsY0JO5NTM"
            + "Lh9kM/5k8G+SbKwIsJL48ZlYfAgpbP/+8GYd4a8xKv409b8FDJwQNHCZojogvd1TlbOT9jfMyScwofwqAKFm9kSvprmPt3hYm3kJrlfHTzu5IUtAd415"
            + "BZreKeNdma6Yw3wBbnODu4gmNUd3lUBoRST6bWZmtAdYJ8PZylE8alQZPOP/5cVlRw7F0Ncknbx8QTqZrko841LCr3si4XFSRknEbrHmeDFFnC4oJQxi"
            + "J5vM+zSShx86jY4CVLZYdC9XG3mxiEKWz5Uq/ECtC/F3+xSed5WfqcZO2L+ltZMvYVjwV4n8+HbLwPjGNdZGJ30UyddPiltJHuVLb95wQmEugi9Zd16C"
            + "v8K30SoJ+BRuF4L4qDRfuzwG5sZX4k27Y0WXIapq7QB2Vxvj7qgVenHxGjuJT6+0SCRqYYAV9wbPzNmGKoRn+cse5vrAsU1rI0NNvwWFY0/E/a2PiP2R"
            + "BL/ZJ1lSkhYauZtZhVaFfWu3OdVg194STImAQR6lkaftkdfrmVDoH7Be0Rg7Ida9M+0c8u2TRPpzfrpka6BivDw8Cr4o7XwMejlRpknABYfk60urk3Yi"
            + "g1fLPZICFgCts83sFjInjqWM7A4cXNXdOyX2HX3I+XKkqAFu4EpFFiU0cZT68sON/EM/ptK69+bUjWeaulW0py4l5Tfutl/3Qlp3BAZIexm8SPBnbRDx"
            + "tbtilz3QgMbBQt+xXqoAAAAAmxXjzTW7gn8AAY0J+IkBAKyeRtixxGf7AgAAAAAEWVo=")),
    ];

    private static byte[] Text()
    {
        StringBuilder text = new("# tracer: nop\n#\n");
        uint random = 1;
        for (int line = 0; line < Lines; line++)
        {
            random = (random * 1664525) + 1013904223;
            int tid = 1000 + line;
            long us = 5_000_000 + (line * 1000) + (random >> 28);
            text.Append(CultureInfo.InvariantCulture, $"    worker-{random >> 30}-{900 + (line % 5),-5} [{line % 4:D3}] d..2. ");
            text.Append(CultureInfo.InvariantCulture, $"{us / 1_000_000,5}.{us % 1_000_000:D6}: task_newtask: ");
            text.Append(CultureInfo.InvariantCulture, $"pid={tid} comm=w{random >> 30} clone_flags=3d0f00 oom_score_adj=0\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] Bytes(string base64) => Convert.FromBase64String(base64);
}
