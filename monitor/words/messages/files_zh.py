"""Chinese words of what keeps a whole file out.

Readers say in English what is wrong; each entry pairs the beginning of such a sentence with the Chinese one.
"""

FILES: tuple[tuple[str, str], ...] = (
    (
        r"Files ending in '(?P<a>[^']*)' are not read",
        "不读取扩展名为“{a}”的文件。请另存为 .xlsx 或 .csv 后再上传。",
    ),
    (
        r"Files ending in",
        "文件名没有扩展名，无法判断类型。请另存为 .xlsx 或 .csv 后再上传。",
    ),
    (
        r"Workbooks that may hold macros|The workbook holds macros",
        "不接收含宏的工作簿。请另存为 .xlsx（数据保留，宏去掉）后再上传。",
    ),
    (
        r"The file is larger than (?P<a>\S+) MB|It is larger than (?P<b>\S+) MB",
        "文件超过 {a}{b} MB。请按年份等拆分后再上传。",
    ),
    (r"It unpacks to", "工作簿解压后过大。请拆分，或删去图片和不用的工作表。"),
    (r"The file is empty", "文件是空的。请连同表头和数据重新导出。"),
    (
        r"The workbook is protected by a password",
        "工作簿设有打开密码。请另存一份不加密的再上传。",
    ),
    (
        r"The content is no workbook",
        "内容不是工作簿，与文件名不符。若为文本请改名为 .csv；否则另存为 .xlsx 再上传。",
    ),
    (
        r"The file cannot be read as a workbook",
        "工作簿已损坏，无法读取。请用表格软件打开，另存为 .xlsx 后再上传。",
    ),
    (
        r"The name says text, but the content is",
        "文件名表明是文本，内容却不是。请按实际类型命名，或另存为 CSV（UTF-8）。",
    ),
    (
        r"This is a web page",
        "这是以工作簿命名的网页，其中没有可读的表。请用表格软件另存为 .xlsx。",
    ),
    (r"The workbook has no worksheet", "工作簿只有图表，没有工作表。请上传做图所用的工作簿。"),
    (r"Every sheet of the workbook is empty", "工作簿各表均为空。请连同数据重新导出。"),
    (r"There is no sheet|A CSV file has no sheet|A web page has no sheet", "没有所指的工作表。"),
    (r".*spans too many cells", "工作表范围过大。请删去远离表格的内容，或拆分工作表。"),
    (
        r"(Sheet \S+ )?unknown columns? (?P<a>.*)\.",
        "有不认识的列：{a}。请改名或删去；可用列名：指标、地区、时期、数值、单位、状态、发布日期、口径、来源、备注、解禁日期。",
    ),
    (
        r"(Sheet \S+ )?the required columns? (?P<a>.*) (is|are) missing",
        "缺少必需的列：{a}。请补齐；单位和地区从不推测。",
    ),
    (r"The columns (?P<a>.*) mean the same", "{a} 两列含义相同。请只保留一列。"),
    (
        r"No header row was found",
        "没有找到表头。请在首行写明：指标,地区,时期,数值,单位。",
    ),
    (
        r"Row (?P<a>\d+) is not divided by",
        "第 {a} 行的分隔符与表头不同。请统一分隔符，或另存为 CSV（UTF-8）。",
    ),
    (r"Row (?P<a>\d+) writes", "第 {a} 行用逗号作小数点。请改用小数点。"),
    (
        r"The content is not text in UTF-8",
        "内容不是 UTF-8 或 GB18030 文本。请另存为 CSV（UTF-8），或直接上传 .xlsx。",
    ),
    (r"Line (?P<a>\d+) holds a damaged character", "第 {a} 行有损坏的字符。请修正，或重新导出。"),
    (
        r"Near row (?P<a>\d+) the text is no CSV|Row (?P<b>\d+) holds a cell of more than",
        "第 {a}{b} 行附近可能有未闭合的引号。请补上引号后再上传。",
    ),
    (
        r"The origin '(?P<a>[^']*)' is not recorded",
        "来源“{a}”尚未登记。请先登记发布单位、标题和地址，或改选来源。",
    ),
    (
        r".*holds (a|no) figure",
        "没有读到数据。数据应有表头（指标、地区、时期、数值、单位），或为 docs/figures.md 所列版式之一。",
    ),
    (r"This is no reporting form", "这不是本系统的报送表：缺少隐藏的登记页。请重新导出报送表。"),
    (r"No row of the form was found", "没有找到报送表的数据行，可能列标题已丢失。请保留标题行。"),
    (
        r"The hidden sheet of the form was changed",
        "报送表的隐藏登记页被改动。请重新导出报送表，把填好的内容抄过去。",
    ),
    (
        r"The form is of the workspace '(?P<a>[^']*)'; this database holds '(?P<b>[^']*)'",
        "报送表属于工作区“{a}”，本库为“{b}”。请在本库导出报送表后填写。",
    ),
    (
        r"The form is of (?P<a>\S+), not of (?P<b>\S+)\.",
        "报送表属于 {a}，不是 {b}。请选对部门，或上传该部门的报送表。",
    ),
    (r"There is no department '(?P<a>[^']*)' here", "本库没有部门“{a}”。请重新导出报送表。"),
    (r"The form is of version", "报送表是另一版本的。请重新导出报送表，把填好的内容抄过去。"),
    (
        r".*names nowhere|.*holds a column of texts",
        "工作表中没有写明指标、地区或时期。请按目录中的名称补写。",
    ),
    (r".*neither a header row nor labels", "有数据而无表头。请写明列名：指标、地区、时期、数值、单位。"),
)
