"""What stands in README.txt of a bundle, in Chinese and in English: it is read where nobody else explains it."""

README = """\
办件数据包 · 核验说明
====================

本包内有一件办件的全部办理记录、提交内容、申请材料、文书，以及证明其未被改动的数据。核验不需要原系统。

一、核验
  1. 准备 Python 3.11 以上版本和模块 cryptography。
  2. 取得核验程序 verify.py（单个文件，可复制到任何机器）：从本系统“透明日志”页面（/log/）下载，或者从本程序的发布处
     取得（permits/ledger/verify.py）。不要使用与本包一同收到的程序。
  3. 执行：
         python verify.py 本包.zip --key 日志公钥
     日志公钥应从别处取得：例如以前从本系统“/log/”页面抄录的，或者其他机关保存的。不加 --key 时使用本包自带的公钥，
     只能说明本包内部一致，结论中写明。
  4. 显示“核验通过”的，全部检查均已完成且无误；否则逐类指出第一处问题。制作本包时尚未制发的文书、尚未进入日志的
     记录和文书（进入日志约需一分钟），逐件列明，其余照常核验，结论为“有未能核验的项目”。

二、各文件
  acts.jsonl     每条办理记录的规范文本（RFC 8785）及其 SHA-256 值；文本内的 previous 是上一条的哈希值
  submissions/   每次提交的内容；其 SHA-256 值载于提交的那条记录
  materials/     申请材料和办理中附入的文件；其 SHA-256 值载于提交内容或者记录
  documents/     制发的文书，带电子印章；其 SHA-256 值载于透明日志，每条记录应有的件数载于该记录的日志条目
  proofs.json    透明日志中各记录、文书的条目，及推至日志根的证明（RFC 6962）
  checkpoint     日志检查点：条目数、根、签名（C2SP signed-note）
  keys.json      日志公钥和电子印章证书
  manifest.json  各文件的 SHA-256 值，尚未制发或者尚未进入日志的文书

三、不能说明的
  数据包制作之后是否又有新的办理，请查阅系统；PDF 内的电子印章请用 PDF 阅读程序按 keys.json 中的证书核对。
  文书现在是否有效，请用文书上的二维码查询。


Bundle of a case: how to verify it
==================================

This archive holds all acts of one case, what was handed in, its materials and papers, and the data by which anyone can
see that nothing of it was changed. The system it came from is not needed.

1. Have Python 3.11 or newer with its module cryptography.
2. Get the verifier verify.py, one file that runs anywhere, from the page /log/ of the system, or from where the program
   is published (permits/ledger/verify.py): not from whoever handed you this archive.
3. Run
       python verify.py bundle.zip --key KEY
   KEY is the public key of the log, got from elsewhere: noted earlier from the page /log/, or kept by another office.
   Without --key the key inside this archive is used, which shows only that the archive agrees with itself.
4. It says "All of it holds." where every check was done and held; else it names the first thing wrong of each sort.
   Papers that were not printed yet when this archive was made, acts and papers that were not in the log yet (that takes
   a minute), are named by number; the rest is verified all the same, and it says that not all was checked.

By hand: the SHA-256 of the UTF-8 bytes of each act's body is its hash; body's previous is the hash of the act before,
64 zeros for the first; a submission's SHA-256 is named in the body of its act. Data and salt of a paper's entry: the
hash is that of the salt's bytes followed by the text. The entry of an act says how many papers it required.

Not shown: whether more was done after this archive was made (ask the system); the electronic seals inside the PDF
files (any PDF reader checks them against the certificates in keys.json); whether a paper is still in force (scan its
code).
"""
