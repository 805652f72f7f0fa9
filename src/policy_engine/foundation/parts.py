"""Parts that may not be installed, and how to install them."""

from __future__ import annotations

from policy_engine.foundation.diagnostics import Diagnostic

_NAME = "policy-engine"
_AUTHORS = "authors"
_WEB = "web"
_MCP = "mcp"
_DOCUMENTS = "documents"
_LEDGER = "ledger"
_RECORDS = "records"
_SIGNING = "signing"
_SQL = "sql"
_DUCKDB = "duckdb"
_PARQUET = "parquet"
_SPARK = "spark"
_EXTRAS = {
    _AUTHORS: "编写规则用的部分",
    _WEB: "审核台的部分",
    _DOCUMENTS: "出具意见书的部分",
    _MCP: "助手的部分",
    _LEDGER: "读写表格的部分",
    _RECORDS: "登记意见的部分",
    _SIGNING: "签名的部分",
    _SQL: "写成 SQL 的部分",
    _DUCKDB: "用 DuckDB 再审的部分",
    _PARQUET: "读写 Parquet 的部分",
    _SPARK: "用 Spark 再审的部分",
    "": "程序的一部分",
}
# The extra that brings a module, and what it is for; "" is what every installation needs.
_PARTS = {
    "z3": (_AUTHORS, "求解器"),
    "pygls": (_AUTHORS, "语言服务器"),
    "lsprotocol": (_AUTHORS, "语言服务器"),
    "starlette": (_WEB, "网页"),
    "uvicorn": (_WEB, "网页服务"),
    "jinja2": (_WEB, "网页模板"),
    "multipart": (_WEB, "网页表单"),
    "python_multipart": (_WEB, "网页表单"),
    "prometheus_client": (_WEB, "计数"),
    "mcp": (_MCP, "助手接口"),
    "mcp_types": (_MCP, "助手接口"),
    "pydantic": (_MCP, "助手接口"),
    "docx": (_DOCUMENTS, "Word 文件"),
    "segno": (_DOCUMENTS, "核验码"),
    "typst": (_DOCUMENTS, "PDF 文件"),
    "xlsxwriter": (_LEDGER, "写 Excel 文件"),
    "alembic": (_RECORDS, "记录的格式"),
    "argon2": (_RECORDS, "账户的密码"),
    "psycopg": (_RECORDS, "PostgreSQL"),
    "rfc8785": (_RECORDS, "规范的 JSON"),
    "cryptography": (_SIGNING, "签名"),
    "duckdb": (_DUCKDB, "DuckDB"),
    "numpy": (_PARQUET, "Parquet 文件"),
    "pyarrow": (_PARQUET, "Parquet 文件"),
    "pyspark": (_SPARK, "Spark"),
    "py4j": (_SPARK, "Spark"),
    "sqlglot": (_SQL, "写 SQL"),
    "sqlalchemy": (_RECORDS, "数据库"),
    "ahocorasick": ("", "词典"),
    "chinese_calendar": ("", "节假日"),
    "opencc": ("", "繁简转换"),
    "gherkin": ("", "场景文件"),
    "jsonschema": ("", "模式文件"),
    "wcwidth": ("", "排版"),
    "yaml": ("", "YAML"),
}


def absent_part(error: BaseException) -> Diagnostic | None:
    """Say which part an import has missed and how to install it; `None` where the error is another."""
    module = error.name.partition(".")[0] if isinstance(error, ImportError) and error.name else ""
    if module not in _PARTS:
        return None
    extra, purpose = _PARTS[module]
    name = f'"{_NAME}[{extra}]"' if extra else _NAME
    what = _EXTRAS[extra]
    return Diagnostic(
        code="PE906",
        message=f"没有安装{what}：缺 {module}（{purpose}）",
        help=f"pip install {name}；在源代码目录里运行 make run",
    )
