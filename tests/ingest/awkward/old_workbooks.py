"""Workbooks in the old binary format, compressed; figures made up."""

import base64
import zlib


def unpacked(text: str) -> bytes:
    """The workbook."""
    return zlib.decompress(base64.b64decode(text))


# One sheet 数据 of two rows, one figure a row: 2022.0, a date cell and full-width digits.
LONG_FORM = (
    "eNrtWE1IVFEU/u6bN85Po86YRhqoCFmZ1uS0iMimH8pFOGljGBKW4wwW5jhNbWxhls0yCIIoqUCwRRurTT9UWLsWgf0sgiDQolWr"
    "IKOF+jr3vPem0QwcKMF43/DOuefcc+659537N+/VmG986F7JBOZgO2yY0VzIydAJelym4AXVa5osmtxJj2ZhScHlpETm2PE496VD"
    "5lDmewIK7qrPiQIf6TmMBEI98Vj5ImIX96FdyD7UERW4Tpo8FHOvCph2MF3O9A5bPmG6gzUXmdaR7bhoxVgwVLXFmMWHlAquy4Ns"
    "9wH7vGfNJhThhZzFZy8J3daOncnj7SeWWEWp6sEwKKH1sXgsKeV83IIb6CXUdHfXRKPjKKRkD2NSKwe+mav6WbmlX1y9AOl/zNY7"
    "/qB3UhLn6i8rKtAP7SgvkhQ8aFVljSISsXjHFE7RNAdpISe7o8NxjJi/ZWuY2PdYWSexRGxbI7GD4Yb9KsTrsK3tM1U4IPojGzud"
    "zZ5mb2Q4dOMqmUz2Ba4QGw3tbrIZUhu5rNR82gYUaTTfav21m2v8Abc8KXhn8c7aWXJ5xXmIRpHPZR+vOy8Nber21zcNkcbgEdb0"
    "82minzmr5RCh4Zz0IOc8rrHBbLWKPdYzPc+truJyCdNCWhTEKxuLjMLeAba5wLWVFCfAeBtck1FeS+XUl6aHpalPwXVUHqmfOFM4"
    "8i44hAo6A6PkL38DqBbVYvCaxKOgyYWxP31gWvzbXuVUvEbfNeNgzce0XJ0EH1Ndkm9HpCXFeFe6ZCPJlpZUktS0ZCfJbsQR88QR"
    "HCfHsBccR6boKfVbcJzBMmmx76SMo9vICDIjfYqbt5kCVI0qHEGZJ4IyK4KeZ5fhrXCEm2VmnRyJO21pxtElOZJl8jaiFOC+bJT2"
    "9l9ww4IFCxYsWLBgwUK2EHyz1G/TKt8d9Tu1w/iuM03PjPWZ5L/FAfTQ7zT9qdyDOPEkerOaPytgF2ZbYoE+5vdCiRaKnkQXItyP"
    "rqznL/3TEpnjWbCj9+8toWzjz2TTz38c/yfiEPTf"
)
# Made by LibreOffice 7.4: percent formats, a row that is hidden, =NA(), dates shown as months.
FORMATS = (
    "eNrtWGlsVFUUPvfNm/Jm6DIFylKwDmihdGMKggXFFgoKLlQsCGqDXZyWQreUYqiJOogkRiHR8ENDSAgJi0ajuGGCG/1hwg+Imkii"
    "RrHwS4I/RqMxGOnzO+fdmb6OU+0UYlR6X767nLvfe5Z73mefZvcdeDP3HCWEW8hD/baP0lw0BfhjhQCRoWn9tm3HyPZo+E+Fyzrl"
    "OzRxf16A73wMYAE+fb9jdToa/l/hPurA101BWk7tSLuoh1IJE8Ex7vGG06d/mO2GG0bnH/n8rL9Zj3uAoeSfdT7LfzqQAWQCWY4J"
    "oGxgHDAemADkCE8QTQImA1OAXGAqMA24DsgDrgeCwHRgBnADcCOQD8wEZgEFwGygECjS6y7RKSOEfBkwV9NuQjp/VE+lFHwWbjHN"
    "S+9nnOIrl7s/B444avYKX5wHaqmTeaOqvrUx+E+FpbKGesVrOAEmXaxM8KpB+4BMekPoH0i8WPgPoZKC5Zqn1xuVsvrdEs+QOBOx"
    "ovekz9dCKQMnfiN8/ryIgaIxqorqqZVaqAGasAUtcukkS9iT0oLlQy2RGm51ZbWhQXNDmtQq0cQdkIsatGmnLchV0Z10l1CqKM9M"
    "p4MsmXeE28Nd9a15pp8OscSGSkOh/Dwzgw6zzPYg1Ja0teWZk+gIBFj1kPPVUveGNsRWc5/I6kH6xQ669MKJINN5OUL/eXh0I0U6"
    "XXP0gzi7ZOdc5LSPJtJnD0EvHoJeOATdl5Tuja3HSlznIYduJtIPD0E/8if6HgOFCNmcBiIeSbMjaZKOi5iSjo+MkXRCxGvXiTTu"
    "hGWx2fBABDc+Uybl41asPJd2Ecu+ol5lAURrdiu6CAmFDYo+KDOnReV8LceOGTTgmyhXfh6NjbKu+BgNLdquYNusE6oScSXl/Rhw"
    "rJsFK2fBelm/QiR/p7fE+lmiP3wmTE0ImA9BKqMSWghRWtTzXLWx4ZO6d1eTmFCvmFALMdRNaN2imizyeWjG7orw5z2Rhjnh31bX"
    "1Xyx2bKnb/quwWdbdj75bDa7jmH18lZ5yLlbF9Xo7AOr4tkpA1mFrJ/Ul3uPhjFss6rOXdUZtuxjD/lg3P1YQKHXsdiNVg4wwH05"
    "OjV4Y476DwxS/+lY+SM4XFaX2XJ4AQxXUjXt4vkFuRUPCz0ywD2Uz5dOxWo7anrNQulRJPFT0jb2LNghtKclnhnv/33FLFe+IJ6P"
    "Vsx25Q9AifuwKhJGMDBbsZqcnrajt66vIpYqWosaix6XbZN61srSO82k2N4cZrCMgDYUxY5qVllCc5hlMM1IQvMkoZkuWlDTvAnt"
    "Lmv32VkXl5ScjYqXFEqGLhlSx3N5DMd4TaQLM8us16btreB6j9SbsrMpKCm5s0J5EDob99ASvwxlSlOvHsqUodYvfOfkox/tl6G8"
    "Us8H9ITBJa7nF90PdC8PGl3hMEHU0pLEA2aRJxqSzZjRAqH7ooEkr02D/NKP+/A8txnj6FiaY7CJbpVL5XdhlmwoNgFCM8Sw2XIP"
    "pGIv3GuNdT3x+K9Y15OEdT1J2C9HXveD2e9DvKJ4fZPo+CkDL/cFpw30H8yG3MYQNjur+N7PK74UN48E3TxijYBHLBeP0JXzyN8H"
    "BW/B43d8qIBlOHbMqbqdfZZ7Whq7OrZ0NHUHl29rDLcGF95csqa+IdzaGhaGW9rS1FR+Jb6bcjTSiEO/TcJVScalvp37f7pUvTHw"
    "6gsWFc16+yu+iZe0b6f02TL/r9B+Xq0+tY3a3+vWPl9E+327tPq8cNnx4bhPR2e4vbNnWytpv47rQ3rsWEjMR15Z3LD2sW+VO3+1"
    "9y9q+8zpM/tKpwb2vIj9F196fRm/wRNotdpPjb0VAq493h2XPMdX5fpyXV/pelvwWS3p7Lw/3LWlpaN98Bnx+c4rLaN/a7ia/3/k"
    "/BJkKFkfPtNIhpNfh9m7aDNec7yOzSmvnzWSoc/ZTuG/yll/TE6qMG8bPNxqrGHTiOb3uP7BDKdPMbAyLqfV8AbDI74/1s+p/v8p"
    "1f9qxCeFZ7kV+2+Dx8l3vxJc0CR3wpRueKsdoAwdCvT83hTOfw5wMj7/MszQKGsICwemtp7yEex/HvDy6P8/CX8AxiNN6Q=="
)
