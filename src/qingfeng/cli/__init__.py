"""The command line: qingfeng …"""
